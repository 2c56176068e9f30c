//! One story: its thread, its stage, and the evidence kept when it fails.

use std::any::type_name;
use std::cell::RefCell;
use std::fmt;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::thread;

use futures_util::FutureExt;
use tokio::task::LocalSet;

use crate::namespace::Namespace;
use crate::page::Page;

/// Why a story failed, as a sentence for a person.
pub struct Failed {
    sentence: String,
}

impl Failed {
    /// A failure with this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into() }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

// The test runner prints a returned error with `Debug`.
impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Failed {}

/// How a story ends.
pub type Told = Result<(), Failed>;

/// What a story plays on: its folder, and the pages to photograph should it fail.
#[derive(Debug)]
pub struct Stage {
    name: String,
    folder: PathBuf,
    pages: RefCell<Vec<Page>>,
}

impl Stage {
    /// The story's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder for this story's logs, recordings and evidence.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where screenshots that people look at go: `target/screens`.
    pub fn screens(&self) -> PathBuf {
        target().join("screens")
    }

    /// Remembers a page for the evidence.
    pub(crate) fn watch(&self, page: &Page) {
        self.pages.borrow_mut().push(page.clone());
    }

    /// Photographs every page and writes down what it said and what a screen reader would hear.
    async fn keep_evidence(&self) {
        let pages = self.pages.borrow().clone();
        for page in pages {
            if let Err(problem) = page.keep_evidence().await {
                eprintln!("no evidence of {}: {problem}", page.name());
            }
        }
        eprintln!("evidence and logs: {}", self.folder.display());
    }
}

/// Tells a story in a network namespace of its own, on a thread of its own.
///
/// The story is named after the function that holds the closure.
///
/// # Errors
/// What the story returns; evidence is kept in its folder then, as it is when the story panics.
pub fn story<Tell>(tell: Tell) -> Told
where
    Tell: AsyncFnOnce(&Stage) -> Told + Send + 'static,
{
    let name = type_name::<Tell>().split("::{{closure}}").next().unwrap_or("story").to_owned();
    let named = thread::Builder::new().name(name.clone());
    let thread = named
        .spawn(move || perform(name, tell))
        .map_err(|problem| Failed::new(format!("no thread for the story: {problem}")))?;
    match thread.join() {
        Ok(told) => told,
        Err(panic) => resume_unwind(panic),
    }
}

fn perform<Tell: AsyncFnOnce(&Stage) -> Told>(name: String, tell: Tell) -> Told {
    let folder = target().join("stories").join(name.replace("::", "."));
    // What an earlier run left would be taken for this one's.
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .map_err(|problem| Failed::new(format!("{}: {problem}", folder.display())))?;
    }
    fs::create_dir_all(&folder).map_err(|problem| Failed::new(format!("{}: {problem}", folder.display())))?;
    // Outlives the runtime, so that every process is gone before the namespace is.
    let _namespace = Namespace::enter()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|problem| Failed::new(format!("no runtime for the story: {problem}")))?;
    let stage = Stage { name, folder, pages: RefCell::default() };
    // The browser's connection is read by a task of its own on this thread.
    LocalSet::new().block_on(&runtime, async {
        let outcome = AssertUnwindSafe(tell(&stage)).catch_unwind().await;
        if !matches!(outcome, Ok(Ok(()))) {
            stage.keep_evidence().await;
        }
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// The folder that Cargo puts programs into, and this one too: `target/<profile>`.
pub(crate) fn programs() -> PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    let mut folders = this.ancestors().skip(1);
    // Tests lie one deeper than programs.
    let deepest = folders.next().filter(|folder| !folder.ends_with("deps"));
    deepest.or_else(|| folders.next()).map_or_else(|| PathBuf::from("target/debug"), Path::to_path_buf)
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    programs().parent().map_or_else(|| PathBuf::from("target"), Path::to_path_buf)
}
