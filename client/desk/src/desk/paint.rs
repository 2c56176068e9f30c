//! The board: built whole after every input, compared with what was last told, told as deltas.

use cordboard_sip::Instant;

use super::Desk;
use super::saving::is_kept;
use crate::{Board, DirectoryView};

impl Desk {
    /// Tells the pages what has changed.
    pub(super) fn paint(&mut self, now: Instant) {
        let board = self.board();
        for delta in board.since(&self.painted) {
            self.change_if(now, is_kept(&delta));
            self.tell_all(delta);
        }
        self.painted = board;
        self.paint_looks(now);
        self.paint_log();
    }

    fn board(&self) -> Board {
        let calls = self.calls.values();
        let calls = calls.filter_map(|call| call.view(self.allowed(call), self.cord_of(call.id)));
        let calls = calls.map(|view| self.in_queue(view));
        Board {
            page: None,
            operator: self.shift.as_ref().map(|shift| shift.operator.clone()),
            practice: self.shift.as_ref().is_some_and(|shift| shift.practice),
            crm: self.shift.as_ref().map(|shift| shift.crm.clone()).unwrap_or_default(),
            link: self.link.view(),
            audio: self.pages.audio(),
            media: self.shift.as_ref().map(|shift| shift.media.clone()).unwrap_or_default(),
            lines: self.shift.as_ref().map(|shift| shift.lines.clone()).unwrap_or_default(),
            calls: calls.collect(),
            conference: self.conference_view(),
            directories: self.directory_views(),
            notices: self.notices.iter().cloned().collect(),
            do_not_disturb: self.do_not_disturb,
            overflow: self.overflow.clone(),
            missed: self.missed,
            dial: self.cannot_dial(),
            redial: self.log.redial().to_vec(),
            phones: Vec::new(),
            voicemail: self.voicemail_view(),
            team: self.team_board.clone(),
        }
    }

    fn directory_views(&self) -> Vec<DirectoryView> {
        let views = self.directories.iter().map(|(id, info, count)| DirectoryView {
            id,
            name: info.name.clone(),
            local: info.local,
            line: info.line.as_ref().and_then(|number| self.line_numbered(number)),
            note: info.note.clone(),
            read_only: info.read_only,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            can_undo: self.directories.can_undo(id),
        });
        views.collect()
    }
}
