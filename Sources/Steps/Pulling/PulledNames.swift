import Secrets

/// By which names a phone's files go on this machine; one value for each folder.
struct PulledNames {
    /// What names pass on their way to this machine.
    let redactor: Redactor
    /// Whether the names have to do on every system, as those in an archive must.
    let areForAnySystem: Bool
    private var taken: Set<String> = []

    init(redactor: Redactor, areForAnySystem: Bool) {
        self.redactor = redactor
        self.areForAnySystem = areForAnySystem
    }

    /// The name that a file gets; nil when there is none for it.
    mutating func name(for given: String) -> String? {
        var name = redactor.redacting(given)
        if areForAnySystem { name = Self.harmless(name) }
        guard Self.isPlain(name) else { return nil }
        guard areForAnySystem else { return name }
        // What differs only in the case of its letters, or in how they are put together, is one file elsewhere.
        var number = 2
        let first = name
        while !taken.insert(name.lowercased()).inserted {
            name = "\(first)~\(number)"
            number += 1
        }
        return Self.isPlain(name) ? name : nil
    }

    /// Control characters do things to terminals, and backslashes are slashes on other systems.
    private static func harmless(_ name: String) -> String {
        let scalars = name.unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\\" ? "_" : scalar
        }
        var harmless = String.UnicodeScalarView()
        harmless.append(contentsOf: scalars)
        return String(harmless)
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
            && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }
}
