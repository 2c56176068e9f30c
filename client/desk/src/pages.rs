//! The pages that are open on this desk, and which one of them carries the media.

use vecmap::VecMap;

use crate::{AudioView, LogLook, Look, MicrophoneLoss, PageId};

/// Every page that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// What each page looks at.
    open: VecMap<PageId, Option<Look>>,
    /// What pages look at of the log.
    log_looks: VecMap<PageId, LogLook>,
    /// Pages that had their gesture, in that order. The first carries the media.
    ready: Vec<PageId>,
    /// Why the microphone cannot be used.
    lost: Option<MicrophoneLoss>,
}

impl Pages {
    /// A page opened.
    pub(crate) fn join(&mut self, page: PageId) {
        self.open.insert(page, None);
    }

    /// A page closed.
    pub(crate) fn leave(&mut self, page: PageId) {
        self.open.remove(&page);
        self.log_looks.remove(&page);
        if self.host() == Some(page) {
            self.lost = None;
        }
        self.ready.retain(|ready| *ready != page);
    }

    /// A page can carry media.
    pub(crate) fn media_ready(&mut self, page: PageId) {
        if !self.open.contains_key(&page) {
            return;
        }
        if self.host() == Some(page) {
            self.lost = None;
        } else if self.lost.take().is_some() {
            // The page that carried the media has no microphone: this one has.
            self.ready.retain(|ready| *ready != page);
            self.ready.insert(0, page);
        } else if !self.ready.contains(&page) {
            self.ready.push(page);
        }
    }

    /// A page has no microphone. Its legs stay where they are: it may find another one.
    pub(crate) fn microphone_lost(&mut self, page: PageId, why: MicrophoneLoss) {
        match self.host() {
            Some(host) if host != page => self.ready.retain(|ready| *ready != page),
            Some(_) | None => self.lost = Some(why),
        }
    }

    /// No page is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// A page is open.
    pub(crate) fn is_open(&self, page: PageId) -> bool {
        self.open.contains_key(&page)
    }

    /// The page that carries media.
    pub(crate) fn host(&self) -> Option<PageId> {
        self.ready.first().copied()
    }

    /// The page to show desktop notifications.
    pub(crate) fn herald(&self) -> Option<PageId> {
        self.host().or_else(|| self.open.keys().next().copied())
    }

    /// A call can be talked on.
    pub(crate) fn has_microphone(&self) -> bool {
        self.host().is_some() && self.lost.is_none()
    }

    /// The audio as painted.
    pub(crate) fn audio(&self) -> AudioView {
        AudioView { host: self.host(), lost: self.lost }
    }

    /// A page looks at this.
    pub(crate) fn look(&mut self, page: PageId, look: Look) {
        if let Some(slot) = self.open.get_mut(&page) {
            *slot = Some(look);
        }
    }

    /// A page looks at this of the log.
    pub(crate) fn look_at_log(&mut self, page: PageId, look: LogLook) {
        if self.is_open(page) {
            self.log_looks.insert(page, look);
        }
    }

    /// What each page looks at of the log.
    pub(crate) fn log_looks(&self) -> impl Iterator<Item = (PageId, &LogLook)> {
        self.log_looks.iter().map(|(page, look)| (*page, look))
    }

    /// What each page looks at.
    pub(crate) fn looks(&self) -> impl Iterator<Item = (PageId, &Look)> {
        self.open.iter().filter_map(|(page, look)| look.as_ref().map(|look| (*page, look)))
    }
}
