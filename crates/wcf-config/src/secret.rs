//! Values that hold a secret: no view shows them.

/// What stands in the place of a secret.
pub const HIDDEN: &str = "(hidden: it may hold a secret)";

/// Words that stand before a secret in connection strings and the like, in lower case.
const MARKS: [&str; 11] =
    ["password", "passwd", "pwd", "accountkey", "sharedaccesskey", "sharedsecret", "secret", "apikey", "api_key", "access_token", "<key>"];

/// Whether a value may hold a secret: a password or key in a connection string, in kept XML, or in an address.
#[must_use]
pub fn may_be_secret(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let assigned = |mark: &str| {
        lower.match_indices(mark).any(|(at, _)| {
            let rest = lower.get(at + mark.len()..).unwrap_or("").trim_start();
            rest.starts_with(['=', '>', ':'])
        })
    };
    MARKS.iter().any(|mark| assigned(mark)) || holds_user_info(&lower)
}

/// `scheme://user:password@host`.
fn holds_user_info(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or("");
        authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_recognised_and_plain_values_are_not() {
        for secret in [
            "Server=db;User Id=sa;Password=hunter2",
            "Data Source=.;pwd = x",
            "http://user:pw@host/svc",
            "<credentials><password>x</password></credentials>",
            "Endpoint=sb://ns/;SharedAccessKeyName=n;SharedAccessKey=abc",
        ] {
            assert!(may_be_secret(secret), "{secret}");
        }
        for plain in ["http://host/svc", "Contoso.PasswordValidator, Contoso", "Data Source=.;Integrated Security=true", "UserName", ""] {
            assert!(!may_be_secret(plain), "{plain}");
        }
    }
}
