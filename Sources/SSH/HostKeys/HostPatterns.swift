import Crypto

/// The first field of a line of `known_hosts`: the hosts that it speaks of.
enum HostPatterns: Hashable, Sendable {
    /// Names and patterns with `*` and `?`; one with `!` before it takes hosts out again.
    case list([String])
    /// One name, hidden: a salt, and its HMAC-SHA1 with it.
    case hashed(salt: [UInt8], code: [UInt8])

    /// Reads the field; nil when it is hidden in a way that nobody knows.
    init?(_ text: Substring) {
        guard text.hasPrefix("|") else {
            self = .list(text.lowercased().split(separator: ",").map(String.init))
            return
        }
        let parts = text.split(separator: "|")
        guard parts.count == 3, parts[0] == "1", let salt = Base64.decode(parts[1]), !salt.isEmpty,
            let code = Base64.decode(parts[2]), code.count == MessageCode.sha1ByteCount
        else { return nil }
        self = .hashed(salt: salt, code: code)
    }

    /// Whether they speak of a host.
    func match(_ name: String) -> Bool {
        switch self {
        case .hashed(let salt, let code):
            return (try? MessageCode.sha1(of: Array(name.utf8), key: salt)) == code
        case .list(let patterns):
            var isFound = false
            for pattern in patterns {
                let isNegated = pattern.hasPrefix("!")
                guard Self.match(Array((isNegated ? pattern.dropFirst() : pattern[...]).utf8), Array(name.utf8)) else {
                    continue
                }
                if isNegated { return false }
                isFound = true
            }
            return isFound
        }
    }

    /// Compares with one pattern; the time grows with the product of both lengths at most.
    static func match(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var (inPattern, inName) = (0, 0)
        var lastStar: (pattern: Int, name: Int)?
        while inName < name.count {
            if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
                lastStar = (inPattern, inName)
                inPattern += 1
            } else if inPattern < pattern.count,
                pattern[inPattern] == name[inName] || pattern[inPattern] == UInt8(ascii: "?")
            {
                inPattern += 1
                inName += 1
            } else if let star = lastStar {
                // The last star takes one more.
                lastStar = (star.pattern, star.name + 1)
                inPattern = star.pattern + 1
                inName = star.name + 1
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
