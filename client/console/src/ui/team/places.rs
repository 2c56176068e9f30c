//! Where everybody's calls stand on the board. While the pointer is over it nothing moves up, so that no click meets
//! another call than the one that was aimed at: a call that is gone keeps its place until another one takes it.

use cordboard_desk::{TeamCallId, TeamMemberView};

/// One colleague's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The name signed in with.
    pub user: String,
    /// The name to show.
    pub name: String,
    /// The desk; may be empty.
    pub desk: String,
    /// Their calls from the top, with those that are gone and keep their places.
    pub calls: Vec<TeamCallId>,
}

/// Everybody with their calls. `before` is how they stood if they are to stay, and `None` if they may move.
pub(super) fn arrange(before: Option<&[Place]>, members: &[TeamMemberView]) -> Vec<Place> {
    let mut now: Vec<Place> = members.iter().map(place).collect();
    let Some(before) = before else { return now };
    let mut all: Vec<Place> = Vec::new();
    for was in before {
        let calls = match now.iter().position(|member| member.user == was.user) {
            Some(at) => stay(&was.calls, now.remove(at).calls),
            None => was.calls.clone(),
        };
        all.push(Place { calls, ..was.clone() });
    }
    all.extend(now);
    all
}

fn place(member: &TeamMemberView) -> Place {
    let TeamMemberView { user, name, desk, calls } = member.clone();
    Place { user, name, desk, calls: calls.into_iter().map(|call| call.id).collect() }
}

/// Calls that are there stay where they are; a new one takes the place of one that is gone, else the next below.
fn stay(before: &[TeamCallId], now: Vec<TeamCallId>) -> Vec<TeamCallId> {
    let mut new = now.iter().filter(|id| !before.contains(id));
    let mut all: Vec<_> =
        before.iter().map(|id| if now.contains(id) { *id } else { *new.next().unwrap_or(id) }).collect();
    all.extend(new);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(calls: &[u32]) -> Vec<TeamCallId> {
        calls.iter().map(|call| TeamCallId { seat: 1, call: *call }).collect()
    }

    fn at(user: &str, calls: &[u32]) -> Place {
        Place { user: user.into(), name: user.into(), desk: String::new(), calls: ids(calls) }
    }

    #[test]
    fn a_call_that_is_gone_keeps_its_place_and_those_below_theirs() {
        assert_eq!(stay(&ids(&[1, 2, 3]), ids(&[1, 3])), ids(&[1, 2, 3]));
        assert_eq!(stay(&ids(&[1, 2, 3]), ids(&[])), ids(&[1, 2, 3]));
    }

    #[test]
    fn a_new_call_takes_the_place_of_one_that_is_gone_and_else_comes_last() {
        assert_eq!(stay(&ids(&[1, 2, 3]), ids(&[1, 3, 4])), ids(&[1, 4, 3]));
        assert_eq!(stay(&ids(&[1, 2]), ids(&[2, 4, 5])), ids(&[4, 2, 5]));
        assert_eq!(stay(&ids(&[1, 2]), ids(&[1, 2, 4])), ids(&[1, 2, 4]));
    }

    #[test]
    fn a_colleague_who_leaves_keeps_their_place_until_everybody_may_move() {
        let before = [at("robin", &[1]), at("sam", &[2])];
        assert_eq!(arrange(Some(&before), &[]), before);
        assert_eq!(arrange(None, &[]), []);
    }
}
