//! Which users of this machine are let in, or trusted, at the other end of a local socket. The system says who that is.

#[cfg(not(unix))]
compile_error!(
    "a local socket needs Unix; plan TLS over loopback for other systems, in wcf2grpc.toml"
);

use std::io;

use tokio::net::UnixStream;
use tokio::net::unix::UCred;

use super::settings::SettingError;

/// Users, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Users {
    users: Vec<u32>,
    groups: Vec<u32>,
    only_own: bool,
}

impl Users {
    /// The users of a setting: names, `uid:1000` or `gid:1000`, which is a process's own group. None means the user that this
    /// process runs as.
    ///
    /// # Errors
    ///
    /// When a name is not known or something is no number.
    pub fn read(setting: &'static str, texts: &[String]) -> Result<Self, SettingError> {
        let wrong = |problem: String| SettingError::new(setting, problem);
        let number = |text: &str| {
            text.parse()
                .map_err(|_| wrong(format!("`{text}` is no number")))
        };
        let (mut users, mut groups) = (Vec::new(), Vec::new());
        for text in texts {
            match text.split_once(':') {
                Some(("uid", uid)) => users.push(number(uid)?),
                Some(("gid", gid)) => groups.push(number(gid)?),
                _ => {
                    let problem = "is no user in /etc/passwd; a number is written `uid:1000`";
                    let uid =
                        uid_of(text).map_err(|error| wrong(format!("/etc/passwd: {error}")))?;
                    users.push(uid.ok_or_else(|| wrong(format!("`{text}` {problem}")))?);
                }
            }
        }
        let only_own = users.is_empty() && groups.is_empty();
        if only_own {
            let own = own_uid().map_err(|error| wrong(format!("this process's user: {error}")))?;
            users.push(own);
        }
        Ok(Self {
            users,
            groups,
            only_own,
        })
    }

    /// Whether it is one of them.
    pub fn has(&self, user: &UCred) -> bool {
        self.users.contains(&user.uid()) || self.groups.contains(&user.gid())
    }

    /// Whether it is only the user that this process runs as.
    pub fn only_own(&self) -> bool {
        self.only_own
    }
}

/// The user that this process runs as, as the system tells the other end of a socket.
fn own_uid() -> io::Result<u32> {
    let (own, _other) = UnixStream::pair()?;
    own.peer_cred().map(|user| user.uid())
}

fn uid_of(name: &str) -> io::Result<Option<u32>> {
    let passwd = std::fs::read_to_string("/etc/passwd")?;
    let of_line = |line: &str| {
        let mut fields = line.split(':');
        let uid = (fields.next()? == name).then(|| fields.nth(1))??;
        uid.parse().ok()
    };
    Ok(passwd.lines().find_map(of_line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Result<Users, SettingError> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Users::read("quay.allowed-users", &texts)
    }

    #[tokio::test]
    async fn none_is_the_own_user_and_others_have_to_be_named() {
        let (own, _other) = UnixStream::pair().unwrap();
        let user = own.peer_cred().unwrap();
        assert!(read(&[]).unwrap().has(&user) && read(&[]).unwrap().only_own());
        assert!(read(&[&format!("uid:{}", user.uid())]).unwrap().has(&user));
        assert!(read(&[&format!("gid:{}", user.gid())]).unwrap().has(&user));
        assert!(!read(&["uid:4000000000"]).unwrap().has(&user));
        assert_eq!(read(&["root"]), read(&["uid:0"]));
    }

    #[tokio::test]
    async fn what_is_no_user_is_an_error() {
        for text in [
            "no-such-user-here",
            "uid:",
            "uid:root",
            "gid:-1",
            "group:wheel",
            "",
        ] {
            assert!(read(&[text]).is_err(), "{text}");
        }
    }
}
