import Farm
import Journal

/// One app on its way onto one phone: the order of things once it is known that work is due.
struct Installation {
    let app: AppPayload
    let options: InstallOptions
    let keepsData: Bool
    let phone: any ConnectedPhone
    let context: StepContext

    /// As the step is called: the whole path stands in the plan.
    private var operation: String { "install \(app.source.split(separator: "/").last.map(String.init) ?? app.source)" }

    /// Installs, then looks at what the phone has, and remembers it.
    func run(over before: AppInspection) async throws -> StepOutcome {
        try await Leftovers.sweep(try RemotePath(validating: Leftovers.stagingFolder), keeping: context.tag, on: phone)
        let (doubled, overflow) = app.size.multipliedReportingOverflow(by: 2)
        let room = try await RoomCheck.look(for: overflow ? .max : doubled, at: "/data", on: phone)
        if let failure = room.failure(of: operation) { return StepOutcome(.failed(failure), outputs: outputs(before)) }
        if !keepsData, before.dump != nil, let refusal = try await removePresent(before) { return refusal }
        context.memory.remember(nil, as: AppInspection.key(app.package), of: phone.id)
        switch try await phone.install(app, options: options, progress: context.progress) {
        case .success(let warnings):
            return try await verified(before, warnings: warnings)
        case .refused(let code, let text):
            return .refused(code, operation, text, outputs: outputs(before))
        case .unknown(let text):
            return try await settled(before, said: PhoneWords(text).firstLine)
        }
    }

    private func removePresent(_ before: AppInspection) async throws -> StepOutcome? {
        let operation = "uninstall \(app.package) first"
        switch try await phone.uninstall(app.package, keepData: false, user: nil) {
        case .success:
            return nil
        case .refused(let code, let text):
            return .refused(code, operation, text, outputs: outputs(before))
        case .unknown(let text):
            return .failed("unknown", operation, PhoneWords(text).firstLine, outputs: outputs(before))
        }
    }

    /// The phone said "Success"; green still means that it has the version at hand.
    private func verified(_ before: AppInspection, warnings: String?) async throws -> StepOutcome {
        let now = try await AppInspection.packageAnswer(app.package, on: phone)
        var values = outputs(before)
        if let warnings { values.values["warnings"] = .text(PhoneWords(warnings).firstLine) }
        switch now {
        case .installed(let dump):
            guard dump.versionCode == UInt64(bitPattern: app.versionCode) else {
                let found = dump.versionCode.map(String.init) ?? "none"
                return .failed(
                    "other-version", operation, "the phone said Success, but has version \(found)", outputs: values)
            }
            remember(dump)
        case .absent:
            return .failed("absent", operation, "the phone said Success, but does not have the app", outputs: values)
        case .unclear:
            // The package manager's word stands; only the shortcut for the next run is missing.
            break
        }
        return StepOutcome(.changed, outputs: values)
    }

    /// Nobody said whether it worked: the content on the phone decides.
    private func settled(_ before: AppInspection, said: String) async throws -> StepOutcome {
        let now = try await AppInspection.look(for: app, on: phone, memory: context.memory)
        if now.content == .same { return StepOutcome(.changed, outputs: outputs(before)) }
        let reason = said.isEmpty ? "the phone gave no answer" : said
        let failure = StepFailure(code: "unknown", operation: operation, reason: reason)
        let verify = ShellLine("dumpsys", "package", app.package.description).description
        return StepOutcome(.unknown(failure, verify: verify), outputs: outputs(before))
    }

    private func remember(_ dump: PackageDump) {
        let refused = options.grantsAll ? dump.runtimePermissions.filter { !$0.value }.keys.sorted() : []
        let record = InstalledRecord(
            of: dump, by: phone.facts["way-in"] ?? "", sums: app.parts.map { $0.sha256.lowercased() },
            signer: app.signer, refusedPermissions: refused)
        context.memory.remember(record?.text, as: AppInspection.key(app.package), of: phone.id)
    }

    /// What later steps can read.
    func outputs(_ before: AppInspection) -> StepOutputs {
        StepOutputs(values: [
            "package": .text(app.package.description),
            "version": .integer(Int(app.versionCode)),
            "version_name": .text(app.versionName),
            "previous": before.dump?.versionCode.map { .integer(Int(clamping: $0)) } ?? .null,
            "bytes": .integer(Int(clamping: app.size)),
        ])
    }
}
