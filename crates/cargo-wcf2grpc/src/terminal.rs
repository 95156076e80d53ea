//! Results on standard output, messages and progress on standard error, in colour where that is wanted.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};

use crate::arguments::{Color, Global};

/// A heading or a name that matters.
pub const STRONG: Style = Style::new().bold();
/// What went well.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What a person should look at.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// What stands against it.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is said beside the point.
pub const DIM: Style = Style::new().dimmed();

/// Where output goes and how much of it there is.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    quiet: bool,
    verbose: u8,
}

impl Terminal {
    /// Follows the global options. Colour is decided for the whole process here, once.
    pub fn new(global: &Global) -> Self {
        match global.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        Self { quiet: global.quiet, verbose: global.verbose }
    }

    /// How much is said: 0 unless `-v`.
    pub const fn verbosity(self) -> u8 {
        self.verbose
    }

    /// Whether standard error is drawn in colour.
    pub fn colors_messages(self) -> bool {
        anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
    }

    /// Prints a result. A reader that went away (`| head`) is no error.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written to for another reason.
    pub fn result(self, text: &str) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Says something that `-q` silences.
    pub fn message(self, text: impl std::fmt::Display) {
        if !self.quiet {
            self.problem(text);
        }
    }

    /// Says something that only `-v` asks for.
    pub fn detail(self, text: impl std::fmt::Display) {
        if self.verbose > 0 {
            self.problem(text);
        }
    }

    /// Says something that is never silenced.
    pub fn problem(self, text: impl std::fmt::Display) {
        // Nothing can be done about a standard error that cannot be written to.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// How wide results may be: the terminal's columns, and 100 where there is none.
    pub fn width(self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        columns.or_else(seen).unwrap_or(100).clamp(60, 200)
    }

    /// Progress over `total` things, shown on a terminal from half a second on.
    pub fn progress(self, what: &'static str, total: usize) -> Progress {
        let shown = !self.quiet && io::stderr().is_terminal();
        Progress { what, total, done: AtomicUsize::new(0), started: Instant::now(), shown, drawn: AtomicUsize::new(0) }
    }
}

/// A line that counts, and is gone when the work is done.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    total: usize,
    done: AtomicUsize,
    started: Instant,
    shown: bool,
    /// In tenths of a second since the start: when the line was last drawn; 0 is never.
    drawn: AtomicUsize,
}

impl Progress {
    /// One more is done. May be called from any thread.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let elapsed = self.started.elapsed();
        if !self.shown || elapsed < Duration::from_millis(500) {
            return;
        }
        let tenth = usize::try_from(elapsed.as_millis() / 100).unwrap_or(usize::MAX);
        if self.drawn.fetch_max(tenth, Ordering::Relaxed) < tenth {
            let _ = write!(io::stderr().lock(), "\r{} {done}/{}\x1b[K", self.what, self.total);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.load(Ordering::Relaxed) > 0 {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}
