/// How much may happen at the same time.
public struct Limits: Hashable, Sendable {
    /// Phones under way in the whole run; without it `--forks` and the descriptors decide.
    public let run: Int?
    /// Phones under way per server; without it there is no such limit.
    public let perServer: Int?
    /// Phones under way per USB host; the default is 8, because one USB bus carries them all.
    public let perUSBHost: Int
    /// Steps that move many bytes (install, push, pull) at the same time per server; the default is 8.
    public let bulkPerServer: Int
    /// Reboots at the same time per server; the default is 4, because booting phones draw the most power.
    public let rebootsPerServer: Int
    /// The most bytes that a plan may bring to one server of a cloud; without it there is no such limit.
    public let bytesPerServer: ByteCount?

    /// Sets the limits; what is not named keeps its default.
    ///
    /// - Throws: ``FarmError/Code/badLimit`` for a limit below 1.
    public init(
        run: Int? = nil, perServer: Int? = nil, perUSBHost: Int? = nil, bulkPerServer: Int? = nil,
        rebootsPerServer: Int? = nil, bytesPerServer: ByteCount? = nil
    ) throws(FarmError) {
        let named = [
            ("run", run), ("per-server", perServer), ("per-usb-host", perUSBHost), ("bulk-per-server", bulkPerServer),
            ("reboots-per-server", rebootsPerServer),
        ]
        for (name, limit) in named {
            guard let limit, limit < 1 else { continue }
            throw FarmError(.badLimit, name, "the limit \"\(name)\" is \(limit); a limit is 1 or more")
        }
        self.init(
            unchecked: run, perServer, perUSBHost ?? 8, bulkPerServer: bulkPerServer ?? 8,
            rebootsPerServer: rebootsPerServer ?? 4, bytesPerServer: bytesPerServer)
    }

    private init(
        unchecked run: Int?, _ perServer: Int?, _ perUSBHost: Int, bulkPerServer: Int, rebootsPerServer: Int,
        bytesPerServer: ByteCount? = nil
    ) {
        self.run = run
        self.perServer = perServer
        self.perUSBHost = perUSBHost
        self.bulkPerServer = bulkPerServer
        self.rebootsPerServer = rebootsPerServer
        self.bytesPerServer = bytesPerServer
    }

    /// The limits of a farm file that names none.
    public static let `default` = Limits(unchecked: nil, nil, 8, bulkPerServer: 8, rebootsPerServer: 4)
}
