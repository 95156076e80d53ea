//! Which operations ask more of a caller than to be known: a role, or a name. It is asked before the request is read.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use tokio::sync::watch;
use tonic::Status;
use tonic::body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::caller::Caller;
use super::calls::Answer;
use super::reload;
use super::settings::{FileSetting, SettingError};

/// What one operation demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The operation's path, `/package.Service/Method`.
    pub method: &'static str,
    /// Each of these must be met by one of its requirements.
    pub all_of: &'static [&'static [Requirement]],
}

/// What a caller must be: both, where both are given; any proved caller, where neither is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// A role.
    pub role: Option<&'static str>,
    /// The name by which WCF knew a caller.
    pub name: Option<&'static str>,
}

/// Who has which role.
#[derive(Clone)]
pub struct Roles(Source);

#[derive(Clone)]
enum Source {
    File(watch::Receiver<Arc<RoleFile>>),
    Claim(&'static str),
}

impl Roles {
    /// The roles of a TOML file, which is read again when it changes. Under `[roles]` it has each role, and under `[names]` each
    /// name, with the callers that stand for it: `user:agent-7`, `certificate:CN=terminal-7` (the subject, whole),
    /// `thumbprint:` and the SHA-1 or SHA-256 of a certificate, `token:` and a subject, `principal:agent@HARBOUR.EXAMPLE`,
    /// `uid:1000`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or understood, or leaves out a role or name that is demanded.
    pub async fn open(
        file: FileSetting,
        demands: &'static [Demand],
        interval: Duration,
    ) -> Result<Self, SettingError> {
        let path = file.path.clone();
        let read = move || RoleFile::read(&file, demands);
        let roles = reload::reloaded("roles", vec![path], interval, read).await?;
        Ok(Self(Source::File(roles)))
    }

    /// The roles in a claim of the caller's token.
    pub fn of_claim(claim: &'static str) -> Self {
        Self(Source::Claim(claim))
    }

    fn meets(&self, demand: &Demand, caller: &Caller) -> bool {
        let proved = *caller != Caller::anonymous();
        let meets = |requirement: &Requirement| {
            requirement
                .role
                .is_none_or(|role| self.has_role(caller, role))
                && requirement
                    .name
                    .is_none_or(|name| self.is_named(caller, name))
        };
        // A demand with nothing in it cannot be met: nobody knows what it was.
        proved
            && !demand.all_of.is_empty()
            && demand.all_of.iter().all(|any_of| any_of.iter().any(meets))
    }

    fn has_role(&self, caller: &Caller, role: &str) -> bool {
        match &self.0 {
            Source::File(file) => stands_for(caller, file.borrow().roles.get(role)),
            Source::Claim(claim) => caller
                .token()
                .and_then(|token| token.claims.get(*claim))
                .is_some_and(|values| values.iter().any(|value| value == role)),
        }
    }

    fn is_named(&self, caller: &Caller, name: &str) -> bool {
        match &self.0 {
            Source::File(file) => stands_for(caller, file.borrow().names.get(name)),
            Source::Claim(_) => false,
        }
    }
}

/// A caller as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Member {
    User(String),
    Certificate(String),
    Thumbprint(String),
    Token(String),
    Principal(String),
    Uid(u32),
}

fn stands_for(caller: &Caller, members: Option<&Vec<Member>>) -> bool {
    let is = |member: &Member| match member {
        Member::User(name) => caller.user_name() == Some(name),
        Member::Certificate(subject) => caller
            .certificate()
            .is_some_and(|certificate| certificate.subject == *subject),
        Member::Thumbprint(thumbprint) => caller.certificate().is_some_and(|certificate| {
            certificate.thumbprint == *thumbprint || certificate.thumbprint_sha256 == *thumbprint
        }),
        Member::Token(subject) => caller
            .token()
            .is_some_and(|token| token.subject == *subject),
        Member::Principal(principal) => caller.principal() == Some(principal),
        Member::Uid(uid) => caller.local_user().is_some_and(|user| user.uid == *uid),
    };
    members.is_some_and(|members| members.iter().any(is))
}

/// One version of the file.
struct RoleFile {
    roles: BTreeMap<String, Vec<Member>>,
    names: BTreeMap<String, Vec<Member>>,
}

impl RoleFile {
    fn read(file: &FileSetting, demands: &[Demand]) -> Result<Self, SettingError> {
        let text = String::from_utf8(file.read()?).map_err(|_| file.error("not UTF-8"))?;
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| file.error(error.message()))?;
        let mut read = Self {
            roles: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for (name, value) in table {
            let into = match name.as_str() {
                "roles" => &mut read.roles,
                "names" => &mut read.names,
                _ => return Err(file.error(format!("`{name}` is neither `roles` nor `names`"))),
            };
            let toml::Value::Table(entries) = value else {
                return Err(file.error(format!("`{name}` is no table")));
            };
            for (key, callers) in entries {
                let members = members(&callers)
                    .map_err(|problem| file.error(format!("{key:?}: {problem}")))?;
                into.insert(key, members);
            }
        }
        for requirement in demands
            .iter()
            .flat_map(|demand| demand.all_of)
            .copied()
            .flatten()
        {
            let missing = |kind: &str, name: &str| {
                let help = "give it a list, which may be empty";
                file.error(format!(
                    "the {kind} {name:?} is demanded and not in the file; {help}"
                ))
            };
            if let Some(role) = requirement
                .role
                .filter(|role| !read.roles.contains_key(*role))
            {
                return Err(missing("role", role));
            }
            if let Some(name) = requirement
                .name
                .filter(|name| !read.names.contains_key(*name))
            {
                return Err(missing("name", name));
            }
        }
        Ok(read)
    }
}

fn members(callers: &toml::Value) -> Result<Vec<Member>, String> {
    let toml::Value::Array(callers) = callers else {
        return Err("not a list of callers".to_owned());
    };
    let text = |caller: &toml::Value| {
        caller
            .as_str()
            .map_or_else(|| Err("not a text".to_owned()), member)
    };
    callers.iter().map(text).collect()
}

fn member(text: &str) -> Result<Member, String> {
    let kinds = "`user:`, `certificate:`, `thumbprint:`, `token:`, `principal:` or `uid:`";
    match text.split_once(':') {
        Some((_, "")) => Err(format!("{text:?} names nobody")),
        Some(("user", name)) => Ok(Member::User(name.to_owned())),
        Some(("certificate", subject)) => Ok(Member::Certificate(subject.to_owned())),
        Some(("thumbprint", thumbprint)) => {
            let digits = thumbprint.replace([' ', ':'], "").to_uppercase();
            Ok(Member::Thumbprint(digits))
        }
        Some(("token", subject)) => Ok(Member::Token(subject.to_owned())),
        Some(("principal", principal)) => Ok(Member::Principal(principal.to_owned())),
        Some(("uid", uid)) => uid
            .parse()
            .map(Member::Uid)
            .map_err(|_| format!("{text:?} has no number")),
        _ => Err(format!("{text:?} does not begin with {kinds}")),
    }
}

/// Puts [`Authorized`] around a service that only sees callers who are known.
#[derive(Clone)]
pub struct Authorization {
    demands: &'static [Demand],
    roles: Roles,
}

impl Authorization {
    /// These demands, met by those who have these roles.
    pub fn new(demands: &'static [Demand], roles: Roles) -> Self {
        Self { demands, roles }
    }

    fn permits(&self, request: &Request<Body>) -> bool {
        let path = request.uri().path();
        let caller = request.extensions().get::<Caller>();
        self.demands
            .iter()
            .filter(|demand| demand.method == path)
            .all(|demand| caller.is_some_and(|caller| self.roles.meets(demand, caller)))
    }
}

impl<S> Layer<S> for Authorization {
    type Service = Authorized<S>;

    fn layer(&self, inner: S) -> Authorized<S> {
        Authorized {
            authorization: self.clone(),
            inner,
        }
    }
}

/// A service that only sees calls whose caller may make them.
#[derive(Clone)]
pub struct Authorized<S> {
    authorization: Authorization,
    inner: S,
}

impl<S> Service<Request<Body>> for Authorized<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Answer>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        if self.authorization.permits(&request) {
            return self.inner.call(request);
        }
        let status = Status::permission_denied("the caller may not call this operation");
        Box::pin(async move { Ok(status.into_http()) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::caller::{LocalUser, TokenIdentity};
    use super::*;

    const fn role(role: &'static str) -> Requirement {
        Requirement {
            role: Some(role),
            name: None,
        }
    }

    const TELLER_OR_CHIEF: Demand = Demand {
        method: "/bank.Desk/Pay",
        all_of: &[&[
            role("Tellers"),
            Requirement {
                role: None,
                name: Some(r"BANK\chief"),
            },
        ]],
    };
    const BOTH: Demand = Demand {
        method: "/bank.Desk/Open",
        all_of: &[&[role("Tellers")], &[role("Keys")]],
    };
    const ANYBODY: Demand = Demand {
        method: "/bank.Desk/Look",
        all_of: &[&[Requirement {
            role: None,
            name: None,
        }]],
    };
    const NOTHING: Demand = Demand {
        method: "/bank.Desk/Lost",
        all_of: &[],
    };

    async fn of_file(text: &str) -> Result<Roles, SettingError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let setting = FileSetting::new("desk.roles", file.path());
        Roles::open(setting, &[TELLER_OR_CHIEF, BOTH], Duration::from_secs(60)).await
    }

    fn user(name: &str) -> Caller {
        let mut caller = Caller::anonymous();
        caller.set_user_name(name);
        caller
    }

    #[tokio::test]
    async fn a_file_says_who_has_a_role_and_who_stands_for_a_name() {
        let text = "[roles]\nTellers = ['user:ann', 'uid:1000', 'token:ann']\nKeys = ['user:ann']\n[names]\n'BANK\\chief' = ['user:eve']\n";
        let roles = of_file(text).await.unwrap();
        assert!(roles.meets(&TELLER_OR_CHIEF, &user("ann")) && roles.meets(&BOTH, &user("ann")));
        assert!(roles.meets(&TELLER_OR_CHIEF, &user("eve")) && !roles.meets(&BOTH, &user("eve")));
        assert!(
            !roles.meets(&TELLER_OR_CHIEF, &user("bob")) && roles.meets(&ANYBODY, &user("bob"))
        );
        let mut local = Caller::anonymous();
        local.set_local_user(LocalUser {
            uid: 1000,
            gid: 1000,
            pid: None,
        });
        assert!(roles.meets(&TELLER_OR_CHIEF, &local) && !roles.meets(&BOTH, &local));
        for demand in [TELLER_OR_CHIEF, BOTH, ANYBODY, NOTHING] {
            assert!(!roles.meets(&demand, &Caller::anonymous()));
        }
        assert!(!roles.meets(&NOTHING, &user("ann")));
    }

    #[test]
    fn a_claim_has_roles_and_no_names() {
        let mut caller = Caller::anonymous();
        let claims = BTreeMap::from([("roles".to_owned(), vec!["Tellers".to_owned()])]);
        caller.set_token(Arc::new(TokenIdentity {
            subject: "ann".to_owned(),
            issuer: "i".to_owned(),
            claims,
        }));
        assert!(Roles::of_claim("roles").meets(&TELLER_OR_CHIEF, &caller));
        assert!(!Roles::of_claim("roles").meets(&BOTH, &caller));
        assert!(!Roles::of_claim("groups").meets(&TELLER_OR_CHIEF, &caller));
        assert!(!Roles::of_claim("roles").meets(&TELLER_OR_CHIEF, &user("Tellers")));
    }

    #[tokio::test]
    async fn a_role_that_is_left_out_or_a_caller_of_no_kind_is_an_error() {
        let rest = "Keys = []\n[names]\n'BANK\\chief' = []\n";
        for text in [
            format!("[roles]\n{rest}"),
            format!("[roles]\nTellers = ['ann']\n{rest}"),
            format!("[roles]\nTellers = ['user:']\n{rest}"),
            format!("[roles]\nTellers = 'user:ann'\n{rest}"),
            "[role]\n".to_owned(),
            "roles = 1\n".to_owned(),
        ] {
            let error = of_file(&text).await.err().unwrap();
            assert_eq!(error.setting, "desk.roles", "{text}");
        }
        assert!(
            of_file(&format!("[roles]\nTellers = []\n{rest}"))
                .await
                .is_ok()
        );
    }
}
