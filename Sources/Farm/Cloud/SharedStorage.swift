/// The storage that all phones of a cloud's server share, through which files reach the server once in place of once for
/// each of its phones (Cloud Phone API, shared storage).
public struct SharedStorage: Hashable, Sendable {
    /// The most of it that the phones' specification allows, in GB.
    public let gigabytes: Int
    /// How many phones the server carries; all of them see what lies there.
    public let phones: Int

    /// On fewer phones each gets its own copy.
    public static let fewestPhones = 4
    /// What is smaller goes to each phone: it would save nothing that anybody notices.
    public static let leastBytes: UInt64 = 1 << 20

    /// Properties of a phone by which its storage is known.
    static let (sizeKey, phonesKey) = ("cph.shared-storage", "cph.server-phones")

    /// Describes one.
    public init(gigabytes: Int, phones: Int) {
        self.gigabytes = gigabytes
        self.phones = phones
    }

    /// Reads it from what is known of a phone; nil where its specification has none.
    init?(_ properties: [String: String]) {
        guard let size = properties[Self.sizeKey].flatMap({ Int($0) }),
            let phones = properties[Self.phonesKey].flatMap({ Int($0) }), phones > 0
        else { return nil }
        self.init(gigabytes: size, phones: phones)
    }

    /// As a phone's properties keep it: `cph.shared-storage=50`, in GB, and `cph.server-phones=100`.
    public var properties: [String: String] { [Self.sizeKey: "\(gigabytes)", Self.phonesKey: "\(phones)"] }

    /// Why something for some of the server's phones goes to each of them; nil when it goes through this storage.
    ///
    /// - Parameters:
    ///   - bytes: What each phone gets.
    ///   - count: How many phones of the server are to get it.
    public func refusal(of bytes: UInt64, for count: Int) -> String? {
        if bytes < Self.leastBytes { return "little enough" }
        if count < phones { return "\(count) of the \(phones) phones of its server take part" }
        if phones < Self.fewestPhones { return "its server has \(phones) \(phones == 1 ? "phone" : "phones")" }
        return nil
    }
}

extension Phone {
    /// The storage that it shares with the other phones of its server; nil where there is none, or nobody knows.
    public var sharedStorage: SharedStorage? { cloud == nil ? nil : SharedStorage(properties) }
}
