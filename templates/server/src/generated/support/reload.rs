//! Values made from files, made anew when the files change.
//!
//! The content is compared, not the time stamp, so that the ways in which files are replaced (rename, symbolic links of a mounted
//! secret, editing in place) do not matter. What cannot be used is logged, and the value in use stays in use.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tracing::{error, info};

use super::settings::SettingError;

/// Makes a value, and makes it anew whenever one of the files has changed, until nobody holds the receiver.
///
/// # Errors
///
/// When the value cannot be made the first time.
pub async fn reloaded<T: Send + Sync + 'static>(
    name: &'static str,
    files: Vec<PathBuf>,
    interval: Duration,
    make: impl Fn() -> Result<T, SettingError> + Send + Sync + 'static,
) -> Result<watch::Receiver<Arc<T>>, SettingError> {
    let mut seen = contents(&files);
    let (sender, receiver) = watch::channel(Arc::new(make()?));
    let make = Arc::new(make);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = sender.closed() => return,
                _ = ticks.tick() => {}
            }
            let (files, make) = (files.clone(), Arc::clone(&make));
            let before = std::mem::take(&mut seen);
            let looked = tokio::task::spawn_blocking(move || {
                let now = contents(&files);
                let made = (now != before).then(|| make());
                (now, made)
            });
            match looked.await {
                Ok((now, made)) => {
                    seen = now;
                    match made {
                        None => {}
                        Some(Ok(value)) => {
                            sender.send_replace(Arc::new(value));
                            info!(name, "files changed, now in use");
                        }
                        Some(Err(error)) => {
                            error!(name, %error, "files changed and cannot be used, the old ones stay in use");
                        }
                    }
                }
                Err(error) => error!(name, %error, "files could not be looked at"),
            }
        }
    });
    Ok(receiver)
}

/// What is in the files; `None` for one that cannot be read.
fn contents(files: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    files.iter().map(|file| std::fs::read(file).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    async fn watching(path: &Path) -> watch::Receiver<Arc<u32>> {
        let file = path.to_path_buf();
        reloaded(
            "test",
            vec![file.clone()],
            Duration::from_millis(5),
            move || {
                let text = std::fs::read_to_string(&file)
                    .map_err(|error| SettingError::new("n", error))?;
                text.trim()
                    .parse()
                    .map_err(|error| SettingError::new("n", error))
            },
        )
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn a_broken_file_keeps_the_old_value_and_a_good_one_replaces_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "1").unwrap();
        let mut value = watching(file.path()).await;
        assert_eq!(**value.borrow(), 1);

        std::fs::write(file.path(), "broken").unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(**value.borrow(), 1);

        std::fs::write(file.path(), "2").unwrap();
        tokio::time::timeout(Duration::from_secs(5), value.wait_for(|value| **value == 2))
            .await
            .unwrap()
            .unwrap();
    }
}
