//! Settings from one TOML file and environment variables; a variable wins over the file, the file over the default.
//!
//! Every value knows the setting it came from, so that an error found later, in a certificate for instance, still names
//! it. Secrets are never settings: a setting is the path of the file that holds one.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// One setting: its name, what it means, where WCF had it, and its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The dotted key in the file, `berth-planning.certificate`.
    pub key: &'static str,
    /// What it means, for people.
    pub meaning: &'static str,
    /// Where WCF had it, or that it is new.
    pub source: &'static str,
    /// The value without file and variable, written as a variable would be; `None` where the setting is required.
    pub default: Option<&'static str>,
}

impl Setting {
    /// The environment variable that overrides this setting: the prefix and the key, `HARBOUR_BERTH_PLANNING_CERTIFICATE`.
    pub fn variable(&self, prefix: &str) -> String {
        let key = self.key.replace(['.', '-'], "_");
        format!("{prefix}_{}", key.to_uppercase())
    }
}

/// What is wrong with a setting. It names the setting and never quotes the content of a file that may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The setting's key, or the settings file where no single setting is at fault.
    pub setting: String,
    /// What is wrong, and with which file.
    pub problem: String,
}

impl SettingError {
    /// An error about a setting.
    pub fn new(setting: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self {
            setting: setting.into(),
            problem: problem.to_string(),
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "setting `{}`: {}", self.setting, self.problem)
    }
}

impl Error for SettingError {}

/// A file that a setting names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSetting {
    /// The setting's key.
    pub key: &'static str,
    /// The file.
    pub path: PathBuf,
}

impl FileSetting {
    /// A file for the setting `key`.
    pub fn new(key: &'static str, path: impl Into<PathBuf>) -> Self {
        Self {
            key,
            path: path.into(),
        }
    }

    /// The bytes of the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is empty.
    pub fn read(&self) -> Result<Vec<u8>, SettingError> {
        match std::fs::read(&self.path) {
            Ok(bytes) if bytes.is_empty() => Err(self.error("the file is empty")),
            Ok(bytes) => Ok(bytes),
            Err(error) => Err(self.error(error)),
        }
    }

    /// An error about this file.
    pub fn error(&self, problem: impl fmt::Display) -> SettingError {
        SettingError::new(self.key, format!("{}: {problem}", self.path.display()))
    }
}

/// The values at hand: the environment's, the file's, the defaults.
#[derive(Clone, Debug)]
pub struct Source {
    prefix: &'static str,
    folder: PathBuf,
    file: BTreeMap<String, toml::Value>,
    environment: BTreeMap<String, String>,
}

/// Where a value was found.
enum Found<'a> {
    Variable(&'a str),
    File(&'a toml::Value),
    Default(&'static str),
}

impl Source {
    /// Reads the file, if there is one, and keeps the variables that override a setting.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not TOML, or has a key that is not in `known`.
    pub fn read(
        prefix: &'static str,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        known: &[&Setting],
    ) -> Result<Self, SettingError> {
        let mut values = BTreeMap::new();
        if let Some(path) = file {
            let shown = path.display().to_string();
            let text =
                std::fs::read_to_string(path).map_err(|error| SettingError::new(&shown, error))?;
            let table: toml::Table = text
                .parse()
                .map_err(|error: toml::de::Error| SettingError::new(&shown, error.message()))?;
            flatten("", table, &mut values);
            for key in values.keys() {
                if !known.iter().any(|setting| setting.key == key) {
                    return Err(SettingError::new(key, unknown_key(key, known, &shown)));
                }
            }
        }
        let overrides: Vec<String> = known
            .iter()
            .map(|setting| setting.variable(prefix))
            .collect();
        let folder = file.and_then(Path::parent).map(Path::to_path_buf);
        Ok(Self {
            prefix,
            folder: folder.unwrap_or_default(),
            file: values,
            environment: environment
                .into_iter()
                .filter(|(name, _)| overrides.contains(name))
                .collect(),
        })
    }

    /// The value of a setting as text.
    ///
    /// # Errors
    ///
    /// When it is missing, empty or not text.
    pub fn text(&self, setting: &Setting) -> Result<String, SettingError> {
        let text = match self.find(setting)? {
            Found::Variable(value) | Found::Default(value) => value.to_owned(),
            Found::File(toml::Value::String(value)) => value.clone(),
            Found::File(toml::Value::Integer(value)) => value.to_string(),
            Found::File(other) => return Err(wrong_type(setting, "text", other)),
        };
        if text.trim().is_empty() {
            return Err(SettingError::new(setting.key, "the value is empty"));
        }
        Ok(text)
    }

    /// The value of a setting that need not be given; an empty value is none.
    ///
    /// # Errors
    ///
    /// When it is not text.
    pub fn optional_text(&self, setting: &Setting) -> Result<Option<String>, SettingError> {
        let texts = match self.find(setting)? {
            Found::Default("") => return Ok(None),
            Found::Default(_) | Found::Variable(_) | Found::File(_) => self.text(setting),
        };
        texts.map(Some)
    }

    /// The values of a setting that is a list; in a variable they are separated by commas.
    ///
    /// # Errors
    ///
    /// When it is missing or has something else than texts in it.
    pub fn texts(&self, setting: &Setting) -> Result<Vec<String>, SettingError> {
        match self.find(setting)? {
            Found::Variable(value) | Found::Default(value) => Ok(separated(value)),
            Found::File(toml::Value::String(value)) => Ok(separated(value)),
            Found::File(toml::Value::Array(values)) => values
                .iter()
                .map(|value| match value {
                    toml::Value::String(text) => Ok(text.clone()),
                    other => Err(wrong_type(setting, "a list of texts", other)),
                })
                .collect(),
            Found::File(other) => Err(wrong_type(setting, "a list of texts", other)),
        }
    }

    /// A file. What the settings file says is relative to its folder.
    ///
    /// # Errors
    ///
    /// When the setting is missing, empty or not text.
    pub fn file(&self, setting: &Setting) -> Result<FileSetting, SettingError> {
        let text = self.text(setting)?;
        Ok(self.resolve(setting, &text))
    }

    /// Several files, at least one.
    ///
    /// # Errors
    ///
    /// When the setting is missing, names no file or is not a list of texts.
    pub fn files(&self, setting: &Setting) -> Result<Vec<FileSetting>, SettingError> {
        let texts = self.texts(setting)?;
        if texts.is_empty() {
            return Err(SettingError::new(setting.key, "no file is named"));
        }
        Ok(texts
            .iter()
            .map(|text| self.resolve(setting, text))
            .collect())
    }

    /// An address and a port to listen on.
    ///
    /// # Errors
    ///
    /// When the setting is missing or is not `address:port`.
    pub fn address(&self, setting: &Setting) -> Result<SocketAddr, SettingError> {
        self.parsed(setting, "an address and a port, like `0.0.0.0:8443`")
    }

    /// An address and a port that need not be given; an empty value is none.
    ///
    /// # Errors
    ///
    /// When it is not `address:port`.
    pub fn optional_address(&self, setting: &Setting) -> Result<Option<SocketAddr>, SettingError> {
        match self.optional_text(setting)? {
            None => Ok(None),
            Some(_) => self.address(setting).map(Some),
        }
    }

    /// A span of time: a number and one of `ms`, `s`, `m`, `h`.
    ///
    /// # Errors
    ///
    /// When the setting is missing or is something else.
    pub fn duration(&self, setting: &Setting) -> Result<Duration, SettingError> {
        let text = self.text(setting)?;
        duration(&text).ok_or_else(|| {
            SettingError::new(
                setting.key,
                format!("`{text}` is not a span of time, like `500ms`, `30s`, `5m` or `1h`"),
            )
        })
    }

    /// A value of another type, which is described as `expected`.
    ///
    /// # Errors
    ///
    /// When the setting is missing or is something else.
    pub fn parsed<T: FromStr>(&self, setting: &Setting, expected: &str) -> Result<T, SettingError> {
        let text = self.text(setting)?;
        text.parse()
            .map_err(|_| SettingError::new(setting.key, format!("`{text}` is not {expected}")))
    }

    fn find(&self, setting: &Setting) -> Result<Found<'_>, SettingError> {
        let variable = setting.variable(self.prefix);
        if let Some(value) = self.environment.get(&variable) {
            return Ok(Found::Variable(value));
        }
        if let Some(value) = self.file.get(setting.key) {
            return Ok(Found::File(value));
        }
        setting.default.map(Found::Default).ok_or_else(|| {
            let meaning = setting.meaning;
            SettingError::new(
                setting.key,
                format!(
                    "missing: {meaning}; give it in the settings file or in the variable {variable}"
                ),
            )
        })
    }

    fn resolve(&self, setting: &Setting, text: &str) -> FileSetting {
        let from_file = matches!(self.find(setting), Ok(Found::File(_)));
        let path = if from_file {
            self.folder.join(text)
        } else {
            PathBuf::from(text)
        };
        FileSetting::new(setting.key, path)
    }
}

/// A settings file with every setting, its meaning and source as comments, and its default; what has none is left to fill in.
pub fn sample(settings: &[&Setting], prefix: &str) -> String {
    let mut lines = Vec::new();
    let mut section = "";
    let (tables, top): (Vec<&Setting>, Vec<&Setting>) = settings
        .iter()
        .partition(|setting| setting.key.contains('.'));
    // In TOML, what belongs to no table stands before the first one.
    for setting in top.into_iter().chain(tables) {
        let (table, name) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if table != section {
            lines.push(format!("[{table}]"));
            section = table;
        }
        lines.push(format!("# {}.", setting.meaning));
        lines.push(format!("# {}.", setting.source));
        lines.push(format!("# Variable: {}", setting.variable(prefix)));
        match setting.default {
            Some(default) => lines.push(format!("# {name} = {default:?}")),
            None => lines.push(format!("{name} = \"\"")),
        }
        lines.push(String::new());
    }
    lines.join("\n")
}

fn flatten(prefix: &str, table: toml::Table, into: &mut BTreeMap<String, toml::Value>) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, into),
            other => {
                into.insert(key, other);
            }
        }
    }
}

fn unknown_key(key: &str, known: &[&Setting], file: &str) -> String {
    let table = key.rsplit_once('.').map_or("", |(table, _)| table);
    let near: Vec<&str> = known
        .iter()
        .map(|setting| setting.key)
        .filter(|known| known.rsplit_once('.').map_or("", |(table, _)| table) == table)
        .collect();
    if near.is_empty() {
        format!("no setting of that name, in {file}")
    } else {
        format!(
            "no setting of that name, in {file}; there are {}",
            near.join(", ")
        )
    }
}

fn wrong_type(setting: &Setting, wanted: &str, found: &toml::Value) -> SettingError {
    let found = found.type_str();
    SettingError::new(setting.key, format!("{wanted} expected, {found} found"))
}

fn separated(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits)?;
    let number: u64 = digits.trim().parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: Setting = Setting {
        key: "quay.address",
        meaning: "where the quay listens",
        source: "new",
        default: Some("127.0.0.1:0"),
    };
    const CERTIFICATE: Setting = Setting {
        key: "quay.certificate",
        meaning: "the certificate",
        source: "serviceCertificate",
        default: None,
    };
    const PATIENCE: Setting = Setting {
        key: "patience",
        meaning: "how long to wait",
        source: "new",
        default: Some("30s"),
    };
    const KNOWN: &[&Setting] = &[&ADDRESS, &CERTIFICATE, &PATIENCE];

    fn source(file: &str, environment: &[(&str, &str)]) -> Result<Source, SettingError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Source::read("HARBOUR", Some(&path), environment, KNOWN)
    }

    #[test]
    fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
        let from_default = source("", &[]).unwrap().address(&ADDRESS).unwrap();
        let file = "[quay]\naddress = \"127.0.0.1:1\"\n";
        let from_file = source(file, &[]).unwrap().address(&ADDRESS).unwrap();
        let variable = [("HARBOUR_QUAY_ADDRESS", "127.0.0.1:2")];
        let from_variable = source(file, &variable).unwrap().address(&ADDRESS).unwrap();
        assert_eq!(
            [from_default.port(), from_file.port(), from_variable.port()],
            [0, 1, 2]
        );
    }

    #[test]
    fn a_missing_setting_is_named_with_its_meaning_and_variable() {
        let error = source("", &[]).unwrap().file(&CERTIFICATE).unwrap_err();
        assert_eq!(
            error.to_string(),
            "setting `quay.certificate`: missing: the certificate; give it in the settings file or in the variable \
             HARBOUR_QUAY_CERTIFICATE"
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_those_that_exist() {
        let error = source("[quay]\ncertifcate = \"x\"\n", &[]).unwrap_err();
        assert_eq!(error.setting, "quay.certifcate");
        assert!(
            error.problem.ends_with("quay.address, quay.certificate"),
            "{error}"
        );
    }

    #[test]
    fn a_path_in_the_file_is_relative_to_the_file() {
        let read = source("[quay]\ncertificate = \"tls.crt\"\n", &[]).unwrap();
        let file = read.file(&CERTIFICATE).unwrap();
        assert!(file.path.is_absolute() && file.path.ends_with("tls.crt"));
        let variable = [("HARBOUR_QUAY_CERTIFICATE", "tls.crt")];
        let read = source("", &variable).unwrap();
        assert_eq!(
            read.file(&CERTIFICATE).unwrap().path,
            PathBuf::from("tls.crt")
        );
    }

    #[test]
    fn an_empty_file_is_an_error_that_names_the_setting() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = FileSetting::new("quay.key", file.path())
            .read()
            .unwrap_err();
        assert_eq!(error.setting, "quay.key");
        assert!(error.problem.ends_with("the file is empty"), "{error}");
    }

    #[test]
    fn spans_of_time_have_a_unit() {
        let spans = [
            ("500ms", Some(500)),
            ("30s", Some(30_000)),
            ("2m", Some(120_000)),
        ];
        for (text, milliseconds) in spans {
            assert_eq!(
                duration(text),
                milliseconds.map(Duration::from_millis),
                "{text}"
            );
        }
        for text in ["30", "s", "", "-1s", "3 weeks"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn the_sample_names_every_setting() {
        let text = sample(KNOWN, "HARBOUR");
        for setting in KNOWN {
            assert!(text.contains(&setting.variable("HARBOUR")), "{text}");
        }
        text.parse::<toml::Table>().unwrap();
    }
}
