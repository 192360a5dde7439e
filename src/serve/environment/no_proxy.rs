//! `NO_PROXY`, so that no program sends requests for the rehearsal to a proxy.

/// The hosts of the rehearsal.
const OWN: [&str; 2] = ["127.0.0.1", "localhost"];

/// The two spellings of the variable. Most programs read one first, and the other if it is not set.
/// Programs differ in the order.
pub(super) const NAMES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Returns the values of both spellings from those of the caller. Each keeps its own hosts. One
/// that is not set gets the hosts of the other, as a program that reads both would have them.
pub(super) fn both([upper, lower]: [Option<String>; 2]) -> [String; 2] {
    let either = |own: &Option<String>, other: &Option<String>| {
        let hosts = own.as_deref().or(other.as_deref());
        with_own(hosts.unwrap_or_default())
    };
    [either(&upper, &lower), either(&lower, &upper)]
}

/// Returns `hosts` followed by the hosts of the rehearsal. `*` means every host, and only if it is
/// the only entry.
fn with_own(hosts: &str) -> String {
    let is_between = |c: char| c == ',' || c.is_whitespace();
    let mut hosts: Vec<&str> = hosts
        .split(is_between)
        .filter(|host| !host.is_empty())
        .collect();
    if hosts.contains(&"*") {
        return "*".to_owned();
    }
    for own in OWN {
        if !hosts.contains(&own) {
            hosts.push(own);
        }
    }
    hosts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_joined_as_programs_read_them() {
        for (hosts, joined) in [
            ("", "127.0.0.1,localhost"),
            ("*", "*"),
            (" * ", "*"),
            ("a.example,*", "*"),
            ("a.example", "a.example,127.0.0.1,localhost"),
            ("a.example,", "a.example,127.0.0.1,localhost"),
            (
                ".a.example, 10.0.0.0/8  b",
                ".a.example,10.0.0.0/8,b,127.0.0.1,localhost",
            ),
            ("localhost,a", "localhost,a,127.0.0.1"),
            ("127.0.0.1,localhost", "127.0.0.1,localhost"),
            ("*.example", "*.example,127.0.0.1,localhost"),
        ] {
            assert_eq!(with_own(hosts), joined, "{hosts:?}");
        }
    }

    #[test]
    fn each_spelling_keeps_its_own_hosts() {
        let join = |upper: Option<&str>, lower: Option<&str>| {
            both([upper.map(str::to_owned), lower.map(str::to_owned)])
        };
        let own = "127.0.0.1,localhost";
        assert_eq!(join(None, None), [own, own]);
        let [a, b] = ["a", "b"].map(|host| format!("{host},{own}"));
        assert_eq!(join(Some("a"), None), [a.as_str(), &a]);
        assert_eq!(join(None, Some("b")), [b.as_str(), &b]);
        assert_eq!(join(Some("a"), Some("b")), [a.as_str(), &b]);
        assert_eq!(join(Some("a"), Some("*")), [a.as_str(), "*"]);
        assert_eq!(join(Some("a"), Some("")), [a.as_str(), own]);
    }
}
