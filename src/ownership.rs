//! Determines from the owner, the group and the mode of a file which other users can read or
//! replace it.

use rustix::fs::{Mode, Stat};
use rustix::process::{getegid, geteuid};

/// The other users to whom a mode gives access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Others {
    /// Nobody but the owner, root and the user's own group.
    Nobody,
    /// The members of a group that is not the user's own.
    Group,
    /// Every user.
    Everybody,
}

/// Returns whether the user who runs the program owns the file.
pub(crate) fn is_ours(stat: &Stat) -> bool {
    stat.st_uid == geteuid().as_raw()
}

/// Returns who else can read the file.
pub(crate) fn readers(stat: &Stat) -> Others {
    others(stat, Mode::RGRP, Mode::ROTH)
}

/// Returns who else can write to the file, or create and remove files in the folder.
pub(crate) fn writers(stat: &Stat) -> Others {
    others(stat, Mode::WGRP, Mode::WOTH)
}

fn others(stat: &Stat, for_group: Mode, for_all: Mode) -> Others {
    let mode = Mode::from_raw_mode(stat.st_mode);
    if mode.contains(for_all) {
        Others::Everybody
    } else if mode.contains(for_group) && !is_own_group(stat.st_gid) {
        Others::Group
    } else {
        Others::Nobody
    }
}

/// Returns whether a group is the private group of the user.
///
/// Systems with a private group for each user give it the ID of the user. A shared primary group,
/// such as `users` or `staff`, has another ID.
fn is_own_group(group: u32) -> bool {
    group == getegid().as_raw() && group == geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use rustix::fs::stat;

    use super::*;

    fn with(mode: u32, group: u32) -> Stat {
        let mut stat = stat("/").expect("there is a root folder");
        stat.st_mode = mode;
        stat.st_gid = group;
        stat
    }

    #[test]
    fn the_mode_says_who_can_read_and_write() {
        let other = getegid().as_raw() + 1;
        for (mode, can_read, can_write) in [
            (0o600, Others::Nobody, Others::Nobody),
            (0o711, Others::Nobody, Others::Nobody),
            (0o640, Others::Group, Others::Nobody),
            (0o660, Others::Group, Others::Group),
            (0o644, Others::Everybody, Others::Nobody),
            (0o602, Others::Nobody, Others::Everybody),
            (0o666, Others::Everybody, Others::Everybody),
        ] {
            let stat = with(mode, other);
            assert_eq!(readers(&stat), can_read, "{mode:o}");
            assert_eq!(writers(&stat), can_write, "{mode:o}");
        }
    }

    #[test]
    fn the_user_s_own_group_is_nobody_else() {
        let (user, group) = (geteuid().as_raw(), getegid().as_raw());
        let expected = if user == group {
            Others::Nobody
        } else {
            Others::Group
        };
        assert_eq!(writers(&with(0o770, group)), expected);
    }
}
