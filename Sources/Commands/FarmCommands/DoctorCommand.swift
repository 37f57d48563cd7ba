import ArgumentParser
import CloudLinks
import Farm
import HostLinks
import Lanes
import PhoneLinks
import SourceText

/// `drover doctor NAME`: where the way to a phone, a server or an encoder ends, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at this machine and the farm, or at the way to a phone, a server or an encoder.",
        discussion: """
            Without names: the keys for phones, open files, the folders of leases and of the cache, libssh2; then what the \
            servers and accounts of the farm file show. With names the way there, step by step: address, port, host key, key \
            file, login, then what is wanted there: commands and files on an encoder, a connection to the phones behind a \
            server, ADB on a phone. It ends at the first thing that is wrong, and says what to do. Nothing is changed, but the key of a new host is kept as in a run.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "What to look at, by the names of the farm file; this machine and the farm when not given.",
            valueName: "name"))
    var names: [String] = []

    @OptionGroup var farm: FarmOptions

    func run() async throws {
        guard !names.isEmpty else { return try await lookAround() }
        try await FarmSession.with(farm) { session in
            var isWell = true
            var inventory = session.inventory
            // Names with a slash are those of what servers show.
            let isShown = names.contains { $0.contains("/") && !inventory.has($0) }
            if isShown { inventory = try await session.discover() }
            for name in names {
                guard let patient = try await Patient(name, in: inventory, session) else {
                    throw CommandFailure("the farm has no phone, server or encoder called \(terminalSafe(name))")
                }
                let ward = Ward(session: session, lane: session.lanes[0])
                isWell =
                    try await Task(executorPreference: ward.lane) { try await ward.examine(patient) }.value && isWell
            }
            if !isWell { throw RunEnded(code: ExitStatus.someFailed.rawValue) }
        }
    }

    /// Looks at what is the same for all phones.
    private func lookAround() async throws {
        var isWell = MachineCheckup(options: farm).look()
        try await FarmSession.with(farm) { session in
            isWell = try await FarmCheckup(session).look() && isWell
        }
        if !isWell { throw RunEnded(code: ExitStatus.someFailed.rawValue) }
    }
}

extension Inventory {
    /// Whether a phone, a server or an encoder is called so.
    fileprivate func has(_ name: String) -> Bool {
        phone(name) != nil || server(name) != nil || encoder(name) != nil
    }
}

/// What is looked at, and the way there.
private struct Patient: Sendable {
    let name: String
    let route: SSHRoute?
    let purpose: HostCheckup.Purpose
    let phone: Phone?
    /// Why there is nothing to look at.
    var complaint: String?

    /// Finds out what is called so, and where it is; nil when nothing is.
    ///
    /// - Throws: `CancellationError`.
    init?(_ name: String, in inventory: Inventory, _ session: FarmSession) async throws {
        self.name = name
        if let known = inventory.phone(name) {
            var phone = known
            do {
                phone = try await session.told(known)
            } catch let error as ServiceError {
                complaint = error.description + (error.advice.map { "; \($0)" } ?? "")
            } catch let error as PhoneError {
                complaint = error.description + (error.advice.map { "; \($0)" } ?? "")
            }
            self.phone = phone
            switch phone.waysIn.first {
            case .ssh(let route, let address)?:
                self.route = route
                purpose = .forward([address])
            case .server(let address, _, _, let route)?:
                self.route = route
                purpose = .forward([address])
            case .tcp?, .cloudADB?, .cloud?, nil:
                route = nil
                purpose = .work
            }
        } else if let server = inventory.server(name) {
            phone = nil
            purpose = .forward(Self.places(behind: server, in: inventory))
            do {
                let ofCloud = try await session.clouds.route(to: server)
                route = server.route ?? ofCloud
                if route == nil {
                    complaint =
                        server.cloud == nil
                        ? "it has no `ssh:` in the farm file; `drover phones` asks its adb server"
                        : "it has no `via: ssh` in the farm file; `drover phones` asks its account"
                }
            } catch let error as ServiceError {
                route = nil
                complaint = error.description + (error.advice.map { "; \($0)" } ?? "")
            }
        } else if let encoder = inventory.encoder(name) {
            phone = nil
            route = encoder.route
            purpose = .work
            if route == nil { complaint = "it has no `ssh:` in the farm file, so it can only be restarted" }
        } else {
            return nil
        }
    }

    /// The adb server, or the first phones of a server.
    private static func places(behind server: Server, in inventory: Inventory) -> [Address] {
        if let address = server.adbServer { return [address] }
        let places = inventory.phones.lazy.filter { $0.server == server.name }.compactMap { phone -> Address? in
            guard case .ssh(_, let address)? = phone.waysIn.first else { return nil }
            return address
        }
        return Array(places.prefix(3))
    }
}

/// Where patients are looked at.
private struct Ward: Sendable {
    let session: FarmSession
    let lane: Lane

    func examine(_ patient: Patient) async throws -> Bool {
        Terminal.output.line(terminalSafe(patient.name))
        if let complaint = patient.complaint {
            Finding("way", .bad(advice: nil), complaint).tell()
            return false
        }
        if let route = patient.route {
            let isWell = try await session.checkup.look(at: route, for: patient.purpose, on: lane) { hop, finding in
                finding.tell(of: route.hops.count > 1 ? hop : nil)
            }
            guard isWell else { return false }
        }
        guard let phone = patient.phone else { return true }
        // Where ADB does not answer, a run would use the service of the phone's cloud, and nobody would see why.
        let adb = phone.waysIn.filter(\.isADB)
        do {
            let link = try await session.dialer.connect(to: adb.isEmpty ? phone : phone.reached(by: adb), on: lane)
            if let service = link as? any BatchedPhone { return try await examine(service) }
            let model = link.facts["model"] ?? ""
            Finding("adb", .good, model.isEmpty ? "it greets" : model).tell()
            await link.close()
            return true
        } catch let error as ServiceError {
            Finding("service", .bad(advice: error.advice), error.description).tell()
            return false
        } catch let error as PhoneError {
            Finding("adb", .bad(advice: error.advice), error.description).tell()
            return false
        }
    }

    /// Asks the service of a phone's cloud how the phone is.
    private func examine(_ phone: any BatchedPhone) async throws -> Bool {
        let state = try await phone.state()
        let restart = "`power: restart` may help"
        switch state {
        case .running: Finding("service", .good, "it says that the phone runs").tell()
        case .stopped: Finding("service", .bad(advice: "`power: on` starts it"), "the phone is shut down").tell()
        case .changing(let word):
            Finding("service", .bad(advice: "look again in a moment"), "the phone is \(word)").tell()
        case .broken(let word): Finding("service", .bad(advice: restart), "the phone is in trouble: \(word)").tell()
        case .frozen: Finding("service", .bad(advice: "renew it in the console of the cloud"), "frozen: renew").tell()
        }
        return state == .running
    }
}
