import CloudPhone
import Farm

/// A page of a folder of shared storage; it comes as a JSON text in the output of a job (Cloud Phone API, shared files).
///
/// The service keeps 1,024 bytes of an output, and a page may have more. So the text is not read as a whole, which would
/// refuse one that is cut, but for the three things in it that are wanted.
struct SharedListing {
    /// What is on the page.
    let files: [SharedFile]
    /// How many entries the folder has.
    let total: Int
    /// Bytes that are free in the storage; nil when the answer does not tell.
    let freeBytes: UInt64?

    /// Entries of one page, few enough that names of usual length are not cut.
    static let pageSize = 10

    /// Reads the output of a job.
    ///
    /// - Throws: ``ServiceError`` for an output that is no listing.
    init(reading output: CommandOutput?, of call: ServerCall) throws(ServiceError) {
        let text = output?.text ?? ""
        guard let list = Self.value(of: "files", in: text), list.first == "[" else {
            throw ServiceError(
                "bad-listing", operation: call.words, reason: "the service's answer is no listing",
                advice: "look at the folder with `shell: ls` on one of the phones")
        }
        files = Self.texts(in: list.dropFirst()).compactMap(Self.file)
        total = Self.value(of: "total", in: text).flatMap { Int($0.prefix(while: \.isNumber)) } ?? files.count
        freeBytes = Self.value(of: "share_base_capacity", in: text).flatMap { value in
            Self.texts(in: value).first.flatMap(Self.free)
        }
    }

    /// What follows a key, without blanks in front.
    private static func value(of key: String, in text: String) -> Substring? {
        guard let found = text.firstRange(of: "\"\(key)\"") else { return nil }
        let rest = text[found.upperBound...].drop(while: \.isWhitespace)
        guard rest.first == ":" else { return nil }
        return rest.dropFirst().drop(while: \.isWhitespace)
    }

    /// The whole texts up to the end of a list, or of what is left of one; a text that is cut is left out.
    private static func texts(in list: Substring) -> [String] {
        var texts: [String] = []
        var rest = list
        while let start = rest.firstIndex(where: { $0 == "\"" || $0 == "]" }), rest[start] == "\"" {
            var text = ""
            var isEscaped = false
            var end: Substring.Index?
            for index in rest.indices[rest.index(after: start)...] {
                let character = rest[index]
                if !isEscaped, character == "\"" {
                    end = index
                    break
                }
                // Names in shared storage have no character that JSON writes as a number.
                if isEscaped || character != "\\" { text.append(character) }
                isEscaped = !isEscaped && character == "\\"
            }
            guard let end else { return texts }
            texts.append(text)
            rest = rest[rest.index(after: end)...]
        }
        return texts
    }

    /// Reads `4096 Apr 15 09:49 com.example`: the size, the month, the day, the time, and a name that may hold blanks.
    private static func file(_ line: String) -> SharedFile? {
        let words = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: true)
        guard words.count == 5, let size = Int(words[0]) else { return nil }
        return SharedFile(
            name: String(words[4].drop { $0 == " " }), size: size, time: words[1...3].joined(separator: " "))
    }

    /// Reads the third of `8.9G 323M 8.2G 4%`: size, used, free, percent.
    private static func free(_ text: String) -> UInt64? {
        let words = text.split(separator: " ")
        guard words.count == 4, let last = words[2].last else { return nil }
        let units: [Character: Double] = ["K": 1024, "M": 1_048_576, "G": 1_073_741_824, "T": 1_099_511_627_776]
        guard let unit = units[last] else { return UInt64(words[2]) }
        return Double(words[2].dropLast()).flatMap { $0 >= 0 && $0 < 1e9 ? UInt64($0 * unit) : nil }
    }
}
