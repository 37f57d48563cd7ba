/// What a phone told of itself, cut out of the output of one line.
struct PreflightAnswer: Hashable, Sendable {
    /// A battery as `dumpsys battery` tells it.
    struct Battery: Hashable, Sendable {
        /// Whether there is one; phones in racks and in clouds may have none.
        var isPresent: Bool
        /// In percent.
        var level: Int?
        /// In degrees Celsius.
        var temperature: Double?
    }

    /// The value of `sys.boot_completed`; empty while the phone starts.
    var bootCompleted: String?
    /// Free bytes on `/data`.
    var freeSpace: UInt64?
    /// nil when the phone did not tell.
    var battery: Battery?
    /// What the package manager said about the package `android`.
    var packageManager: String?
    /// What was said instead of the free space.
    var spaceWords = ""
    /// What was said instead of the battery's state.
    var batteryWords = ""

    /// Stands before each part, so that no part can be mistaken for another.
    static func heading(_ part: Part) -> String { "--drover-\(part.rawValue)--" }

    /// The parts of the output.
    enum Part: String, CaseIterable, Sendable {
        case boot
        case space
        case battery
        case packages
    }

    /// Reads the output of ``PreflightRequirements/line``.
    init(reading text: String) {
        var parts: [Part: [Substring]] = [:]
        var current: Part?
        for line in PhoneLines(text) {
            if let part = Part.allCases.first(where: { line == Self.heading($0) }), parts[part] == nil {
                parts[part] = []
                current = part
            } else if let current {
                parts[current]?.append(line)
            }
        }
        bootCompleted = parts[.boot].map { Self.trimmed($0.first ?? "") }
        if let lines = parts[.space] {
            let table = lines.joined(separator: "\n")
            freeSpace = FreeSpace(reading: table)?.bytes
            spaceWords = PhoneWords(table).lastLine
        }
        if let lines = parts[.battery] {
            battery = Self.battery(lines)
            batteryWords = battery == nil ? PhoneWords(lines.joined(separator: "\n")).lastLine : ""
        }
        packageManager = parts[.packages].map { PhoneWords($0.joined(separator: "\n")).lastLine }
    }

    private static func battery(_ lines: [Substring]) -> Battery? {
        var found = Battery(isPresent: true)
        var isKnown = false
        // Vendors add sections of their own below; what Android itself says comes first.
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = trimmed(line[line.index(after: colon)...])
            switch trimmed(line[..<colon]) {
            case "present": found.isPresent = value != "false"
            case "level": found.level = found.level ?? Int(value)
            // In tenths of a degree.
            case "temperature": found.temperature = found.temperature ?? Int(value).map { Double($0) / 10 }
            default: continue
            }
            isKnown = true
        }
        return isKnown ? found : nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
