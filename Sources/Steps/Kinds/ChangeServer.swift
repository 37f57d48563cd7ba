import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Moves a server to new hardware, with new phones.
struct ChangeServer: ServerStepKind {
    static let manual = StepManual(
        "change-server", "Move a server to new hardware with new phones, whose data is lost.",
        details: """
            The server keeps its name and its id; every phone is made anew and has another id: the farm shows them from the next command on. \
            The account needs room for one more server meanwhile. A server in the system's network goes into one of the account's own, \
            which is named by `network` and `subnet`.
            """,
        targets: [.servers],
        arguments: [
            .init("phones", "text", "The specification of the phones, such as rx1.cp.c60.d92SSD.e1v1."),
            .init("image", "text", "The id of the phones' image."),
            .init("address", "text", "`none`, the id of a public address, or the type of a new one, such as 5_bgp."),
            .init(
                "bandwidth", "number", instead: "shared-bandwidth", "Mbit/s of a bandwidth of its own."),
            .init("shared-bandwidth", "text", instead: "bandwidth", "The id of a shared bandwidth."),
            .init("network", "text", standard: "the one that it is in", "The id of one of the account's networks."),
            .init("subnet", "text", standard: "the one that it is in", "The id of a subnet of it."),
            .init("keypair", "text", standard: "the one that it has", "The key pair of the tunnel to the phones."),
            .init("zone", "text", standard: "where it stands", "Where it is to stand."),
            .init("disk", "size", standard: "what the specification has", "Whole GiB of each phone's disk."),
            .init(
                "shared-disk", "size", standard: "the cloud's choice", "Whole GiB that the phones share, 10 at least."),
            .init("properties", "mapping of names to texts", standard: "none", "Properties that all phones have."),
        ],
        class: .dataLoss, timeout: .seconds(3600),
        examples: [
            "change-server: { phones: rx1.cp.c60.d92SSD.e1v1, image: 05e1aef0a1b2c3d4e5f6071829300001, address: 5_bgp, "
                + "bandwidth: 100 }"
        ])

    private let phones: Argument<String>
    private let image: Argument<String>
    private let address: Argument<String>
    private let bandwidth: Argument<Int>?
    private let sharedBandwidth: Argument<String>?
    private let network: Argument<String>?
    private let subnet: Argument<String>?
    private let keypair: Argument<String>?
    private let zone: Argument<String>?
    private let disk: Argument<ByteCount>?
    private let sharedDisk: Argument<ByteCount>?
    private let properties: PairsArgument

    init(reading arguments: inout StepArguments) {
        phones = arguments.text("phones")
        image = arguments.text("image")
        address = arguments.text("address")
        bandwidth = arguments.optionalInteger("bandwidth", in: 1...100_000)
        sharedBandwidth = arguments.optionalText("shared-bandwidth")
        network = arguments.optionalText("network")
        subnet = arguments.optionalText("subnet")
        keypair = arguments.optionalText("keypair")
        zone = arguments.optionalText("zone")
        disk = arguments.optionalSize("disk")
        sharedDisk = arguments.optionalSize("shared-disk")
        properties = PairsArgument(reading: &arguments, "properties")
        if bandwidth != nil, let sharedBandwidth {
            arguments.contradiction("one of `bandwidth` and `shared-bandwidth`", at: sharedBandwidth.span)
        } else if bandwidth == nil, sharedBandwidth == nil, !arguments.diagnostics.hasErrors {
            arguments.mistake("`change-server` needs `bandwidth`", help: "or `shared-bandwidth`")
        }
        for (size, least) in [(disk, 1), (sharedDisk, 10)] {
            guard let size, let literal = size.literal, Self.gigabytes(literal, least: least) == nil else { continue }
            arguments.mistake("a disk has whole GiB, \(least) at least", at: size.span, help: "write 64GiB")
        }
    }

    /// Whole GiB; nil for a size that no disk has.
    private static func gigabytes(_ size: ByteCount, least: Int) -> Int? {
        let (whole, rest) = size.bytes.quotientAndRemainder(dividingBy: 1 << 30)
        return rest == 0 && (least...32_768).contains(whole) ? whole : nil
    }

    func summary(in scope: Scope?) -> String { "change the server to phones \(phones.shown(in: scope))" }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let shared = try sharedBandwidth?.optionalValue(in: scope)
        guard
            let width = try shared.map(ServerLayout.Bandwidth.shared)
                ?? bandwidth?.optionalValue(in: scope).map({ .own($0) })
        else {
            return .failed("content", summary(in: scope), "neither `bandwidth` nor `shared-bandwidth` has a value")
        }
        var layout = ServerLayout(
            phoneModel: try phones.value(in: scope), image: try image.value(in: scope),
            address: Self.address(try address.value(in: scope)), bandwidth: width)
        layout.network = try network?.optionalValue(in: scope)
        layout.subnet = try subnet?.optionalValue(in: scope)
        layout.keypair = try keypair?.optionalValue(in: scope)
        layout.zone = try zone?.optionalValue(in: scope)
        layout.properties = try properties.values(in: scope)
        for (size, least, field) in [
            (disk, 1, \ServerLayout.diskGigabytes), (sharedDisk, 10, \ServerLayout.sharedGigabytes),
        ] {
            guard let wanted = try size?.optionalValue(in: scope) else { continue }
            guard let whole = Self.gigabytes(wanted, least: least) else {
                return .failed(
                    "content", summary(in: scope),
                    "a disk has whole GiB, \(least) at least, and this is \(wanted.bytes) bytes")
            }
            layout[keyPath: field] = whole
        }
        try await server.rebuild(as: layout)
        return .changed()
    }

    /// `none`, a type with an underscore after its digit, or an id.
    private static func address(_ text: String) -> ServerLayout.Address {
        if text == "none" { return .none }
        return text.hasPrefix("5_") ? .new(text) : .existing(text)
    }
}
