import ArgumentParser
import Farm
import HostLinks
import Lanes
import PhoneLinks
import SourceText

/// `drover doctor NAME`: where the way to a phone, a server or an encoder ends, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at the way to a phone, a server or an encoder, step by step.",
        discussion: """
            Address, port, host key, key file, login, then what is wanted there: commands and files on an encoder, a \
            connection to the phones behind a server, ADB on a phone. It ends at the first thing that is wrong, and says \
            what to do. Nothing is changed, but the key of a new host is kept as in a run.
            """
    )

    @Argument(help: ArgumentHelp("What to look at, by the names of the farm file.", valueName: "name"))
    var names: [String]

    @OptionGroup var farm: FarmOptions

    func run() async throws {
        try await FarmSession.with(farm) { session in
            var isWell = true
            for name in names {
                guard let patient = Patient(name, in: session.inventory) else {
                    throw CommandFailure("the farm has no phone, server or encoder called \(terminalSafe(name))")
                }
                let ward = Ward(session: session, lane: session.lanes[0])
                isWell =
                    try await Task(executorPreference: ward.lane) { try await ward.examine(patient) }.value && isWell
            }
            if !isWell { throw ExitCode(ExitStatus.someFailed.rawValue) }
        }
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

    init?(_ name: String, in inventory: Inventory) {
        self.name = name
        if let phone = inventory.phone(name) {
            self.phone = phone
            switch phone.waysIn.first {
            case .ssh(let route, let address)?:
                self.route = route
                purpose = .forward([address])
            case .server(let address, _, _, let route)?:
                self.route = route
                purpose = .forward([address])
            case .tcp?, nil:
                route = nil
                purpose = .work
            }
        } else if let server = inventory.server(name) {
            phone = nil
            route = server.route
            purpose = .forward(Self.places(behind: server, in: inventory))
            if route == nil { complaint = "it has no `ssh:` in the farm file; `drover phones` asks its adb server" }
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
            tell(.init("way", .bad(advice: nil), complaint))
            return false
        }
        if let route = patient.route {
            let isWell = try await session.checkup.look(at: route, for: patient.purpose, on: lane) { hop, finding in
                tell(finding, of: route.hops.count > 1 ? hop : nil)
            }
            guard isWell else { return false }
        }
        guard let phone = patient.phone else { return true }
        do {
            let link = try await session.dialer.connect(to: phone, on: lane)
            let model = link.facts["model"] ?? ""
            tell(.init("adb", .good, model.isEmpty ? "it greets" : model))
            await link.close()
            return true
        } catch let error as PhoneError {
            tell(.init("adb", .bad(advice: error.advice), error.description))
            return false
        }
    }

    private func tell(_ finding: HostCheckup.Finding, of hop: SSHHop? = nil) {
        let mark = finding.isGood ? "ok  " : "FAIL"
        let subject = finding.subject.padding(to: 9)
        let place = hop.map { " (\($0.name ?? $0.description))" } ?? ""
        Terminal.output.line("  \(mark)  \(subject)  \(finding.text)\(place)")
        if case .bad(let advice?) = finding.outcome {
            Terminal.output.line("        \("".padding(to: 9))  \(terminalSafe(advice))")
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
