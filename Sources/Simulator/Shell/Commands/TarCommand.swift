/// `tar` as toybox has it: `-x`, `-t` and `-c`, from and to files and streams.
enum TarCommand {
    static let commands: [String: ShellCommand] = ["tar": .slow(run)]

    struct Request {
        var action: Character?
        /// nil for the standard streams.
        var archive: String?
        var folder: String?
        var isVerbose = false
        /// How the archive is packed: `z` for gzip, `zstd`.
        var packing: String?
        var keepsTimes = true
        var keepsModes = false
        var stripped = 0
        var listFile: String?
        var names: [String] = []
    }

    private struct Refusal: Error {
        var text: String
    }

    private static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let request: Request
        do throws(Refusal) { request = try parse(call) } catch { return then(call.complain(error.text)) }
        switch request.action {
        case "c": then(TarWriter.create(request, call))
        case "x", "t": read(request, call, then: then)
        default: then(call.complain("Needs -txc"))
        }
    }

    // MARK: Words

    private static func parse(_ call: ShellCall) throws(Refusal) -> Request {
        var request = Request()
        var words = call.arguments[...]
        // The first word may lack its dash, as in `tar xzf FILE`.
        if let first = words.first, !first.hasPrefix("-") {
            words[words.startIndex] = "-" + first
        }
        while let word = words.popFirst() {
            if word == "--" {
                request.names += words
                break
            }
            if word.hasPrefix("--") {
                try long(word, &words, &request, call.device.profile)
            } else if word.hasPrefix("-"), word.count > 1 {
                try short(word.dropFirst(), &words, &request)
            } else {
                request.names.append(word)
            }
        }
        return request
    }

    private static func short(
        _ letters: Substring, _ words: inout ArraySlice<String>, _ request: inout Request
    ) throws(Refusal) {
        var rest = letters
        while let letter = rest.popFirst() {
            switch letter {
            case "x", "t", "c": request.action = letter
            case "v": request.isVerbose = true
            case "z", "j", "J": request.packing = String(letter)
            case "m": request.keepsTimes = false
            case "p": request.keepsModes = true
            case "o", "k", "h", "S": break
            case "f", "C", "T", "X":
                let value = rest.isEmpty ? words.popFirst() : String(rest)
                guard let value else { throw Refusal(text: "Missing argument to -\(letter)") }
                rest = ""
                set(letter, value, &request)
            default: throw Refusal(text: "Unknown option '\(letter)'")
            }
        }
    }

    private static func set(_ letter: Character, _ value: String, _ request: inout Request) {
        switch letter {
        case "f": request.archive = value == "-" ? nil : value
        case "C": request.folder = value
        case "T": request.listFile = value
        default: break
        }
    }

    private static func long(
        _ word: String, _ words: inout ArraySlice<String>, _ request: inout Request, _ profile: Profile
    ) throws(Refusal) {
        let pair = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
        let name = pair.first ?? ""
        switch name {
        case "no-same-owner", "no-same-permissions", "numeric-owner", "restrict", "full-time", "null", "sparse": break
        case "same-permissions": request.keepsModes = true
        case "zstd" where !profile.missing.contains(.zstd): request.packing = "zstd"
        case "gzip": request.packing = "z"
        case "file", "directory", "files-from", "strip", "strip-components":
            guard let value = pair.count > 1 ? pair[1] : words.popFirst() else {
                throw Refusal(text: "Missing argument to --\(name)")
            }
            if name.hasPrefix("strip") {
                request.stripped = Int(value) ?? 0
            } else {
                set(name == "file" ? "f" : name == "directory" ? "C" : "T", value, &request)
            }
        default: throw Refusal(text: "Unknown option '\(name)'")
        }
    }

    // MARK: Reading

    private static func read(_ request: Request, _ call: ShellCall, then: @escaping (Int32) -> Void) {
        let reader = TarReader(request, call)
        if let failure = reader.begin() { return then(failure) }
        guard let path = request.archive else {
            guard request.packing == nil else { return unpack(call.streams.input, request, reader, call, then: then) }
            return feed(call.streams.input, to: reader, then: then)
        }
        do throws(FileError) {
            let input = ShellInput(try call.device.files.read(call.absolute(path)))
            guard request.packing == nil || request.action == "c" else {
                return unpack(input, request, reader, call, then: then)
            }
            feed(input, to: reader, then: then)
        } catch { then(call.complain("\(path): \(error.text)")) }
    }

    private static func feed(_ input: ShellInput, to reader: TarReader, then: @escaping (Int32) -> Void) {
        input.read { bytes, isEnded in
            var rest = bytes
            if let status = reader.take(&rest) { return .done(bytes.count - rest.count) { then(status) } }
            guard isEnded else { return .more(bytes.count) }
            return .done(bytes.count) { then(reader.streamEnded()) }
        }
    }

    /// A packed archive is gathered whole and unpacked then; what comes out is what streams would bring.
    private static func unpack(
        _ input: ShellInput, _ request: Request, _ reader: TarReader, _ call: ShellCall, then: @escaping (Int32) -> Void
    ) {
        let gatherer = ContentGatherer(store: call.device.making.contents)
        input.gather(gatherer) { packed in
            var status: Int32?
            let isWhole = PackedStream.read(packed) { bytes in
                var rest = bytes
                if status == nil { status = reader.take(&rest) }
                return status == nil
            }
            if let status { return then(status) }
            guard isWhole else { return then(call.complain("bad \(request.packing == "zstd" ? "zstd" : "gzip") data")) }
            then(reader.streamEnded())
        }
    }
}
