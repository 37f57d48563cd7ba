import ADBWire
import CloudPhone
import Farm
import Lanes

/// One app on its way off a server and all its phones, as the service demands it: off every phone first, each job waited
/// for, and then off the storage that they share (Cloud Phone API, shared apps).
///
/// Servers that do this at the same time share their requests, and one that is slow holds the others up for a moment only
/// (``Coalescer/fellowship``).
struct FleetRemoval {
    let link: CloudServerLink
    let package: PackageName
    let sharing: AppSharing

    private var operation: String { "uninstall \(package)" }
    /// What installed a shared app takes it off again by this.
    private var serverLine: BatchCall { .shell(line: "appctrl uninstall \(package)") }

    func run() async throws -> FleetOutcome {
        // What comes first takes servers different times, and their phones are to go with the same requests.
        let (phones, isShared) = try await link.session.calls.leading(to: serverLine) {
            try await link.session.calls.leading(to: .uninstall(package: package.description)) {
                (try await link.phones(operation), try await self.isShared())
            }
        }
        guard isShared else { return try await takeOff(phones, byServer: false) }
        // Servers whose phones are done early wait a moment for the others, as one call does for all.
        let call = BatchCall.server(.deleteApp(package: package.description))
        var outcome = try await link.session.calls.leading(to: call) {
            try await takeOff(phones, byServer: true)
        }
        // The service refuses it as long as a phone has the app, so what is known to fail is not asked for.
        guard outcome.failed.isEmpty else { return outcome }
        try await takeOffShelf(phones, &outcome)
        return outcome
    }

    /// Takes the app off all running phones.
    ///
    /// - Parameter byServer: Whether what installs shared apps is asked first.
    private func takeOff(_ phones: [ListedPhone], byServer: Bool) async throws -> FleetOutcome {
        var outcome = FleetOutcome()
        outcome.phones = phones.count
        outcome.stopped = phones.filter { !$0.runs }.map(\.title)
        var rest = phones.filter(\.runs)
        if byServer { rest = try await takeOffByServer(rest, &outcome) }
        try await takeOff(rest, &outcome)
        return outcome
    }

    /// Whether the phones share the app; the service's list may be two hours old.
    private func isShared() async throws -> Bool {
        switch sharing {
        case .shared: return true
        case .own: return false
        case .auto: break
        }
        do {
            let listed = try await link.session.client.all(
                ListShareAppsSnapshotOperation(serverID: link.server, packageName: package.description))
            return listed.contains { $0.packageName == package.description }
        } catch let error as CloudError {
            // A specification without shared storage shares nothing.
            if error.code == "CPS.0137" { return false }
            throw ServiceError(error, "\(operation): list the shared apps")
        }
    }

    /// What installed a shared app takes it off again.
    ///
    /// - Returns: The phones that did not get it in this way.
    private func takeOffByServer(_ phones: [ListedPhone], _ outcome: inout FleetOutcome) async throws -> [ListedPhone] {
        var rest: [ListedPhone] = []
        for (phone, answer) in try await link.answers(to: serverLine, of: phones, operation) {
            switch answer {
            case .done: outcome.done.append(phone.title)
            case .refused: rest.append(phone)
            case .stopped: outcome.stopped.append(phone.title)
            case .failed(let reason, let isUnknown):
                outcome.failed.append(.init(phone: phone.title, reason: reason, isUnknown: isUnknown))
            }
        }
        return rest
    }

    /// Takes the app off phones that have it for themselves, or not at all.
    private func takeOff(_ phones: [ListedPhone], _ outcome: inout FleetOutcome) async throws {
        var refused: [(phone: ListedPhone, reason: String)] = []
        let call = BatchCall.uninstall(package: package.description)
        for (phone, answer) in try await link.answers(to: call, of: phones, operation) {
            switch answer {
            case .done(let text):
                if case .failure = InstallReply(parsing: text) {
                    refused.append((phone, text))
                } else {
                    outcome.done.append(phone.title)
                }
            case .refused(let reason): refused.append((phone, reason))
            case .stopped: outcome.stopped.append(phone.title)
            case .failed(let reason, let isUnknown):
                outcome.failed.append(.init(phone: phone.title, reason: reason, isUnknown: isUnknown))
            }
        }
        try await judge(refused, &outcome)
    }

    /// A phone says the same when the app is not there and when something broke, so it is asked.
    private func judge(
        _ refused: [(phone: ListedPhone, reason: String)], _ outcome: inout FleetOutcome
    ) async throws {
        let call = BatchCall.shell(line: "pm path \(package)")
        let answers = try await link.answers(
            to: call, of: refused.map(\.phone), "\(operation): is it there", isQuestion: true)
        for ((phone, reason), (_, answer)) in zip(refused, answers) {
            switch answer {
            case .done(let text) where text.contains("package:"):
                outcome.failed.append(.init(phone: phone.title, reason: reason))
            case .done, .refused: outcome.absent.append(phone.title)
            case .stopped: outcome.stopped.append(phone.title)
            case .failed(let why, _):
                outcome.failed.append(
                    .init(phone: phone.title, reason: "\(reason), and whether it is there is not known: \(why)"))
            }
        }
    }

    /// Removes the app from the shared storage; phones that still have it are named in the refusal.
    private func takeOffShelf(_ phones: [ListedPhone], _ outcome: inout FleetOutcome) async throws {
        let call = ServerCall.deleteApp(package: package.description)
        let answer: BatchAnswer
        do {
            answer = try await link.answer(to: .server(call), for: CallSubject(server: link.server), call.words)
        } catch let error as ServiceError {
            outcome.refusal = error
            return
        }
        guard case .failed(let fault, let output) = answer else {
            outcome.hasChangedServer = true
            return
        }
        let error = ServiceError(fault, saying: output, call.words)
        let named = Self.words(of: "\(fault.message) \(output?.text ?? "")")
        let holders = phones.filter { named.contains($0.id) || named.contains($0.title) }
        for phone in holders {
            outcome.done.removeAll { $0 == phone.title }
            outcome.absent.removeAll { $0 == phone.title }
            let state = phone.runs ? "" : ", and is \(phone.status)"
            outcome.failed.append(
                .init(phone: phone.title, reason: "still has the shared app\(state): \(error.reason)"))
        }
        // The list of shared apps is old by up to two hours, and may name one that is gone.
        let isGone =
            sharing == .auto && fault.code == Self.noSuchApp && outcome.done.isEmpty && outcome.stopped.isEmpty
        if holders.isEmpty, !isGone { outcome.refusal = error }
    }

    /// The words of a message, so that no id or name is taken for a part of another.
    private static func words(of text: String) -> Set<String> {
        Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }.map(String.init))
    }

    /// The code of a package that is not on the storage, or that phones still have (Cloud Phone API, codes).
    private static let noSuchApp = "CPS.0173"
}
