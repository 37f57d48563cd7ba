public import Archive
import Glibc

// The words of playbooks and of the command line for the options of packing.

extension PackOptions.Modes {
    /// Reads `keep`, or permission bits as octal digits such as `0640`; nil for anything else.
    public init?(words text: String) {
        if text == "keep" {
            self = .keep
            return
        }
        guard (3...4).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777 else { return nil }
        self = .fixed(mode)
    }
}

extension PackOptions.Owners {
    /// Reads `keep`, `phone` (by the path on a phone), or numbers such as `2000:2000` or `0`; nil for anything else.
    public init?(words text: String) {
        switch text {
        case "keep": self = .keep
        case "phone": self = .phoneRoot
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? UInt32($0) : nil }
            // Tar keeps owners as seven octal digits; more would need another kind of header.
            guard (1...2).contains(parts.count), numbers.count == parts.count, numbers.allSatisfy({ $0 <= 0o7777777 })
            else { return nil }
            self = .fixed(user: numbers[0], group: numbers[numbers.count - 1])
        }
    }
}

extension PackOptions.Times {
    /// Reads `keep`, a day or a moment in UTC such as `2026-01-31` or `2026-01-31T23:59:59Z`, or `@` and seconds since
    /// 1970; nil for anything else, and for years outside 1980...2099, which zip cannot tell.
    public init?(words text: String) {
        if text == "keep" {
            self = .keep
            return
        }
        guard let seconds = text.first == "@" ? Int64(text.dropFirst()) : Self.seconds(ofMoment: text),
            (315_532_800..<4_102_444_800).contains(seconds)
        else { return nil }
        self = .fixed(seconds)
    }

    private static func seconds(ofMoment text: String) -> Int64? {
        let forms = [("0000-00-00", 3), ("0000-00-00T00:00:00Z", 6)]
        let shape = String(text.unicodeScalars.map { (0x30...0x39).contains($0.value) ? "0" : Character($0) })
        guard let form = forms.first(where: { $0.0 == shape }) else { return nil }
        let numbers = text.split { !$0.isNumber }.compactMap { CInt($0) }
        guard numbers.count == form.1 else { return nil }
        var moment = tm()
        (moment.tm_year, moment.tm_mon, moment.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        if numbers.count == 6 { (moment.tm_hour, moment.tm_min, moment.tm_sec) = (numbers[3], numbers[4], numbers[5]) }
        let asked = moment
        let seconds = timegm(&moment)
        // The 31st of April would become the 1st of May.
        guard moment.tm_mday == asked.tm_mday, moment.tm_mon == asked.tm_mon, moment.tm_hour == asked.tm_hour,
            moment.tm_min == asked.tm_min, moment.tm_sec == asked.tm_sec
        else { return nil }
        return Int64(seconds)
    }
}

extension PackOptions {
    /// Why a text cannot be the ``prefix``; nil when it can.
    public static func fault(inPrefix text: String) -> String? {
        if text.hasPrefix("/") || text.hasSuffix("/") { return "must not begin or end with /" }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if !text.isEmpty, parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
            return "must be a plain path, without `.`, `..` or //"
        }
        return text.utf8.contains(0) ? "must not hold a NUL" : nil
    }

    /// The compression levels of a format; nil for one that does not compress.
    public static func levels(of format: ArchiveFormat) -> ClosedRange<Int>? {
        switch format {
        case .tar, .ustar: nil
        case .tarZstd: 1...22
        case .tarGzip, .tarLz4: 1...9
        case .zip: 0...9
        }
    }
}
