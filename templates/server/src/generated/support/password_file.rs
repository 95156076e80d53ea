//! Passwords as a file of argon2 hashes, one line a user: the name, a colon, the hash as `$argon2id$…` (PHC string).
//!
//! The file is read again when it changes. A pair that was right is remembered, until the file changes, under a hash keyed
//! with a secret that only this process has, because an argon2 check in each call would take most of a processor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use tokio::sync::watch;

use super::basic::{PasswordVerifier, VerifierUnavailable};
use super::reload;
use super::settings::{FileSetting, SettingError};

/// Pairs that are remembered; one more and all are forgotten.
const REMEMBERED: usize = 10_000;

/// Most memory that a hash of the file may ask for, in KiB.
const MOST_MEMORY: u32 = 1024 * 1024;

/// Memory of checks that are over, for those to come. A hash works in 19 MiB; taken anew for each check on whatever thread, they
/// are not given back by some systems' allocators, and wrong passwords alone would use up the machine.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// A file of names and password hashes.
pub struct PasswordFile {
    users: watch::Receiver<Arc<Users>>,
}

impl PasswordFile {
    /// Reads the file, and again when it changes.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, has no user, or has a line that is not a name and an argon2 hash.
    pub async fn open(file: FileSetting, interval: Duration) -> Result<Self, SettingError> {
        let path = file.path.clone();
        let users = reload::reloaded(file.key, vec![path], interval, move || Users::read(&file));
        Ok(Self {
            users: users.await?,
        })
    }
}

impl PasswordVerifier for PasswordFile {
    fn verify(&self, user_name: &str, password: &str) -> Result<bool, VerifierUnavailable> {
        let users = Arc::clone(&self.users.borrow());
        Ok(users.verify(user_name, password))
    }

    fn remembers(&self, user_name: &str, password: &str) -> bool {
        self.users.borrow().remembers(user_name, password)
    }
}

/// The line of a user for the file.
///
/// # Errors
///
/// When the name has a colon or a control character, or the system gives no random salt.
pub fn line(user_name: &str, password: &str) -> Result<String, SettingError> {
    let error = |problem: String| SettingError::new("user name", problem);
    if user_name.is_empty() || user_name.contains(|c: char| c == ':' || c.is_control()) {
        return Err(error(format!(
            "{user_name:?} is empty, or has a colon or a control character"
        )));
    }
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|problem| error(problem.to_string()))?;
    Ok(format!("{user_name}:{hash}"))
}

/// The users of one version of the file.
struct Users {
    hashes: BTreeMap<String, PasswordHash>,
    key: hmac::Key,
    right: Mutex<BTreeSet<Vec<u8>>>,
}

impl Users {
    fn read(file: &FileSetting) -> Result<Self, SettingError> {
        let text = String::from_utf8(file.read()?).map_err(|_| file.error("not UTF-8"))?;
        let mut hashes = BTreeMap::new();
        for (position, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // The line itself is never quoted: someone may have written the password into it.
            let at = |problem: &str| file.error(format!("line {}: {problem}", position + 1));
            let (name, hash) = line
                .split_once(':')
                .ok_or_else(|| at("not a name, a colon and a hash"))?;
            let hash = PasswordHash::new(hash).map_err(|_| at("not a hash in PHC form"))?;
            if !hash.algorithm.as_str().starts_with("argon2") {
                return Err(at("not an argon2 hash"));
            }
            let parameters =
                Params::try_from(&hash).map_err(|_| at("not the parameters of argon2"))?;
            if parameters.m_cost() > MOST_MEMORY || hash.hash.is_none() {
                return Err(at(
                    "a hash without a value, or one that asks for too much memory",
                ));
            }
            if hashes.insert(name.to_owned(), hash).is_some() {
                return Err(at("the name is there twice"));
            }
        }
        if hashes.is_empty() {
            return Err(file.error("no user in the file"));
        }
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())
            .map_err(|_| file.error("the system gives no random numbers"))?;
        Ok(Self {
            hashes,
            key,
            right: Mutex::new(BTreeSet::new()),
        })
    }

    fn verify(&self, user_name: &str, password: &str) -> bool {
        let known = self.hashes.get(user_name);
        // An unknown name costs the same work as a known one, so that time does not tell which names exist.
        let Some(hash) = known.or_else(|| self.hashes.values().next()) else {
            return false;
        };
        let right = is_of(hash, password) && known.is_some();
        if right {
            let mut remembered = self.right.lock().unwrap_or_else(PoisonError::into_inner);
            if remembered.len() >= REMEMBERED {
                remembered.clear();
            }
            remembered.insert(self.tag(user_name, password));
        }
        right
    }

    fn remembers(&self, user_name: &str, password: &str) -> bool {
        let tag = self.tag(user_name, password);
        let remembered = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.contains(&tag)
    }

    fn tag(&self, user_name: &str, password: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(user_name.as_bytes());
        // Names have no colon, so that no two pairs are the same bytes.
        context.update(b":");
        context.update(password.as_bytes());
        context.sign().as_ref().to_vec()
    }
}

/// Whether a hash is this password's, compared in constant time. One that cannot be computed is nobody's.
fn is_of(hash: &PasswordHash, password: &str) -> bool {
    let (Ok(algorithm), Ok(parameters)) = (
        Algorithm::try_from(hash.algorithm.as_str()),
        Params::try_from(hash),
    ) else {
        return false;
    };
    let version = hash
        .version
        .map_or(Ok(Version::default()), Version::try_from);
    let (Ok(version), Some(salt), Some(expected)) = (version, &hash.salt, &hash.hash) else {
        return false;
    };
    let pool = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = pool().pop().unwrap_or_default();
    if memory.len() < parameters.block_count() {
        memory.resize(parameters.block_count(), Block::new());
    }
    let mut computed = vec![0; expected.as_ref().len()];
    let hashed = Argon2::new(algorithm, version, parameters).hash_password_into_with_memory(
        password.as_bytes(),
        salt.as_ref(),
        &mut computed,
        &mut memory,
    );
    pool().push(memory);
    hashed.is_ok() && verify_slices_are_equal(&computed, expected.as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(text: &str) -> Result<Users, SettingError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Users::read(&FileSetting::new("customs.passwords", file.path()))
    }

    #[test]
    fn only_the_right_password_of_a_known_user_is_right() {
        let text = format!("# agents\n{}\n", line("agent", "right").unwrap());
        let users = users(&text).unwrap();
        assert!(!users.verify("agent", "wrong"));
        assert!(!users.verify("nobody", "right"));
        assert!(!users.remembers("agent", "right"));
        assert!(users.verify("agent", "right"));
        assert!(users.remembers("agent", "right"));
        assert!(!users.remembers("agent", "wrong"));
        assert!(!users.remembers("agen", "t:right"));
    }

    #[test]
    fn memory_that_was_used_changes_no_answer() {
        for (memory, passes, lanes) in [(64, 1, 1), (256, 3, 2), (32, 2, 1)] {
            let parameters = Params::new(memory, passes, lanes, None).unwrap();
            let salt = b"0123456789abcdef";
            let hash = Argon2::from(parameters)
                .hash_password_with_salt(b"right", salt)
                .unwrap();
            for _ in 0..3 {
                assert!(is_of(&hash, "right"));
                assert!(!is_of(&hash, "wrong"));
            }
        }
    }

    #[test]
    fn a_bad_line_is_named_by_number_and_never_quoted() {
        for text in [
            "agent:secret\n",
            "agent secret\n",
            "agent:$argon2id$v=19$m=19456\n",
            "agent:$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$secret\n",
        ] {
            let error = users(text).err().unwrap();
            assert_eq!(error.setting, "customs.passwords");
            assert!(error.problem.contains("line 1"), "{error}");
            assert!(!error.problem.contains("secret"), "{error}");
        }
        assert!(users("# nobody\n").is_err());
    }

    #[test]
    fn a_name_with_a_colon_has_no_line() {
        assert!(line("a:b", "x").is_err());
        assert!(line("", "x").is_err());
    }

    #[tokio::test]
    async fn a_user_who_is_removed_is_refused_although_remembered() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), line("agent", "right").unwrap()).unwrap();
        let setting = FileSetting::new("customs.passwords", file.path());
        let passwords = PasswordFile::open(setting, Duration::from_millis(5))
            .await
            .unwrap();
        assert_eq!(passwords.verify("agent", "right"), Ok(true));
        assert!(passwords.remembers("agent", "right"));
        std::fs::write(file.path(), line("other", "right").unwrap()).unwrap();
        let mut users = passwords.users.clone();
        let changed = users.wait_for(|users| users.hashes.contains_key("other"));
        let changed = tokio::time::timeout(Duration::from_secs(5), changed).await;
        drop(changed.unwrap().unwrap());
        assert!(!passwords.remembers("agent", "right"));
        assert_eq!(passwords.verify("agent", "right"), Ok(false));
    }
}
