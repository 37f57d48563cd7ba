/// Something that can be collected from a phone after a failure.
enum CollectedThing: String, Sendable, CaseIterable {
    case screenshot
    case logcat
    case tombstones
    case anr
    case bugreport

    /// The time it may take before the others are turned to.
    var limit: Duration {
        switch self {
        case .screenshot: .seconds(30)
        case .logcat, .tombstones, .anr: .seconds(90)
        case .bugreport: .seconds(480)
        }
    }

    /// The folder on the phone, for things that lie in one.
    var folder: String? {
        switch self {
        case .tombstones: "/data/tombstones"
        case .anr: "/data/anr"
        case .screenshot, .logcat, .bugreport: nil
        }
    }
}

/// One line of a collection's manifest: a file that was had, or why there is none.
struct CollectedFile: Sendable, Equatable {
    let what: CollectedThing
    /// The path below the collection's folder.
    var path: String?
    var bytes = 0
    /// Why it could not be had, in one line.
    var missing: String?
    /// Whether there simply is nothing of the kind, which is no loss.
    var isNoLoss = false

    static func had(_ what: CollectedThing, _ path: String, bytes: Int) -> Self {
        Self(what: what, path: path, bytes: bytes)
    }

    static func missing(_ what: CollectedThing, _ why: String, isNoLoss: Bool = false) -> Self {
        Self(what: what, missing: why, isNoLoss: isNoLoss)
    }
}

/// The manifest of a collection as JSON: one line per file.
struct CollectionManifest {
    let files: [CollectedFile]

    var text: String {
        let lines = files.map { file in
            var fields = [#""what": "\#(file.what.rawValue)""#]
            if let path = file.path { fields.append(#""path": \#(Self.quoted(path)), "bytes": \#(file.bytes)"#) }
            if let missing = file.missing { fields.append(#""missing": \#(Self.quoted(missing))"#) }
            return "  { " + fields.joined(separator: ", ") + " }"
        }
        return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }

    /// A JSON string; names of files come from phones and may hold anything.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
