import ArgumentParser
import Farm
import Lanes
import Planning
import SourceText
import Tunnels

/// `drover tunnel SELECTOR`: local ports that lead to phones behind hosts, for other tools.
struct TunnelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tunnel",
        abstract: "Open local ports that lead through SSH to phones, for other tools.",
        discussion: """
            Every chosen phone that is reached through SSH gets a port of this machine, and so does the adb server of \
            every rack that is. What is printed can be typed as it stands. The ports are there until Ctrl-C. drover \
            itself needs none of them.
            """
    )

    @Argument(help: ArgumentHelp("Which phones.", valueName: "selector"))
    var selector: String

    @Option(
        help: ArgumentHelp(
            "Listen at this address of this machine; with a port, the next ones follow it.",
            valueName: "address[:port]"))
    var listen = "127.0.0.1"

    @Flag(help: "Listen at an address that others can reach; whoever connects owns the phones.")
    var letOthersIn = false

    @Option(name: .customLong("for"), help: ArgumentHelp("Stop after this long.", valueName: "duration"))
    var lifetime: DurationArgument?

    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let first = try address()
        try await FarmSession.with(farm) { session in
            var diagnostics = Diagnostics()
            let choice = try await session.choose(seed: 1, &diagnostics) { planner, isEarly, diagnostics in
                planner.selector(selector, limit: farm.limit, beforeDiscovery: isEarly, &diagnostics)
            }
            var phones = choice.selections.plays[0].phones
            guard !phones.isEmpty else { throw CommandFailure("`\(selector)` selects no phone of this farm") }
            for place in phones.indices {
                do {
                    phones[place] = try await session.told(phones[place])
                } catch let error as ServiceError {
                    Terminal.error.line("warning: \(phones[place].name): \(error)")
                } catch let error as PhoneError {
                    Terminal.error.line("warning: \(phones[place].name): \(error)")
                }
            }
            let ends = TunnelEnd.ends(of: phones)
            for name in TunnelEnd.withoutTunnel(phones) {
                Terminal.error.line("note: \(name)")
            }
            guard !ends.isEmpty else { throw CommandFailure("nobody of these is reached through SSH") }
            let desk = TunnelDesk(ends, pool: session.tunnels, lanes: session.lanes)
            try await desk.open(at: first)
            await Interrupts.first(within: lifetime?.value)
            await desk.close()
        }
    }

    /// Where to listen first.
    private func address() throws -> SocketAddress {
        let text = listen.contains(":") && !listen.hasSuffix("]") ? listen : "\(listen):0"
        let cut = text.lastIndex(of: ":") ?? text.endIndex
        let host = text[..<cut].trimmingBrackets
        guard let port = UInt16(text[text.index(after: cut)...]), let address = SocketAddress(numeric: host, port: port)
        else { throw CommandFailure("--listen takes an address of this machine, such as 127.0.0.1:6000") }
        guard letOthersIn || Address(host: host, port: port).isLoopback else {
            throw CommandFailure(
                "whoever reaches \(host) would own these phones; listen at 127.0.0.1, or say --let-others-in")
        }
        return address
    }
}

extension Substring {
    /// An IPv6 address without its brackets.
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
    }
}
