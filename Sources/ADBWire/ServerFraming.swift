/// The framing of an adb server: four hex digits of a length, then text.
public enum ServerFraming {
    /// The longest request, as four digits can say no more.
    public static let longestRequest = 0xffff

    /// One request.
    ///
    /// - Throws: ``WireError`` when the text is longer than 65,535 bytes.
    public static func request(_ text: String) throws(WireError) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count <= longestRequest else {
            throw WireError(.lengthOutOfRange, "length of a server request", value: UInt64(bytes.count))
        }
        return hex4(bytes.count) + bytes
    }

    /// Four lower-case hex digits.
    public static func hex4(_ number: Int) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [12, 8, 4, 0].map { digits[(number >> $0) & 15] }
    }

    /// Reads four hex digits.
    ///
    /// - Throws: ``WireError`` when there are not four digits.
    public static func length(_ digits: some Collection<UInt8>) throws(WireError) -> Int {
        guard digits.count == 4 else { throw WireError(.malformed, "a length of \(digits.count) digits") }
        var number = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number * 16 + Int(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number * 16 + Int(digit - UInt8(ascii: "a")) + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): number = number * 16 + Int(digit - UInt8(ascii: "A")) + 10
            default: throw WireError(.malformed, "a length that is not hexadecimal", value: UInt64(digit))
            }
        }
        return number
    }

    /// The word that answers a request: `OKAY` or `FAIL`.
    public static let okay = Array("OKAY".utf8)
    /// The word before a reason.
    public static let fail = Array("FAIL".utf8)
}

/// One line of `host:devices-l`.
public struct ServerDevice: Hashable, Sendable {
    /// The serial; several phones may have the same.
    public var serial: String
    /// `device`, `offline`, `unauthorized`, ...; may contain spaces.
    public var state: String
    /// The USB path, such as `1-4.2`.
    public var usbPath: String?
    /// `ro.product.name`.
    public var product: String?
    /// `ro.product.model`, with `_` for everything odd.
    public var model: String?
    /// `ro.product.device`.
    public var device: String?
    /// The server's number of this connection.
    public var transportID: UInt64?

    /// Whether services can be opened on it.
    public var isReady: Bool { state == "device" }

    /// Reads the list of `host:devices-l`; lines that cannot be read are left out.
    public static func parse(list: String) -> [ServerDevice] {
        list.split(whereSeparator: \.isNewline).compactMap { ServerDevice(line: String($0)) }
    }

    /// Reads one line; nil when it has no state.
    public init?(line: String) {
        let words = line.split(omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }.map(String.init)
        guard words.count >= 2, let serial = words.first else { return nil }
        self.serial = serial
        var stateWords: [String] = []
        for word in words.dropFirst() {
            let pair = word.split(separator: ":", maxSplits: 1).map(String.init)
            switch (pair.first, pair.dropFirst().first) {
            case ("usb", let value?): usbPath = value
            case ("product", let value?): product = value
            case ("model", let value?): model = value
            case ("device", let value?): device = value
            case ("transport_id", let value?): transportID = UInt64(value)
            // Some servers print the path of the bus without the word before it.
            default: stateWords.append(word)
            }
        }
        state = stateWords.joined(separator: " ")
    }
}
