import Farm
import Journal
import Lanes

/// One app on its way onto a phone that is asked for through a service: one question before, and one call.
struct InstallOverService {
    let app: AppPayload
    let options: InstallOptions
    let keepsData: Bool
    let phone: any BatchedPhone

    private var operation: String { "install \(app.source.split(separator: "/").last.map(String.init) ?? app.source)" }

    private var outputs: StepOutputs {
        StepOutputs(values: [
            "package": .text(app.package.description), "version": .integer(Int(app.versionCode)),
            "version_name": .text(app.versionName), "previous": .null, "bytes": .integer(Int(clamping: app.size)),
        ])
    }

    /// Compares the content that is installed with the build; one line asks for both, since each line is a job.
    static func need(_ app: AppPayload, on phone: any BatchedPhone) async throws -> Need {
        guard phone.takesAnyLine else {
            guard case .absent = try await answer(app.package, on: phone) else {
                return .unknown(because: "\(app.package) is there, and its service has no way to compare the content")
            }
            return .work(because: "\(app.package) is not there: to install \(ByteCount(clamping: app.size))")
        }
        let result = try await phone.ask("pm path \(app.package) | cut -d: -f2 | xargs sha256sum")
        // Without paths `xargs` has its own input hashed, whose name is `-`.
        let found = FileSums(reading: result.text).byPath.filter { $0.key != "-" }.values.sorted()
        let wanted = app.parts.map { $0.sha256.lowercased() }.sorted()
        if found == wanted { return .nothing(because: "the same content is there") }
        let size = ByteCount(clamping: app.size)
        // The service cuts what is long; what is missing then is not known to differ.
        if result.isTruncated, Set(found).isSubset(of: Set(wanted)) {
            return .unknown(because: "the service tells of \(found.count) of \(wanted.count) files: to install \(size)")
        }
        return .work(
            because: found.isEmpty
                ? "\(app.package) is not there: to install \(size)" : "other content is there: to install \(size)")
    }

    /// Whether a package is there, by whatever way the phone is asked; its dump is longer than a service's answers.
    static func answer(_ package: PackageName, on phone: any ConnectedPhone) async throws -> PackageAnswer {
        guard let batched = phone as? any BatchedPhone else {
            return try await AppInspection.packageAnswer(package, on: phone)
        }
        let text = try await batched.ask("pm path \(package)").text
        return InstalledFiles(reading: text).paths.isEmpty ? .absent : .installed(PackageDump())
    }

    /// Installs.
    func run(progress: ProgressMeter) async throws -> StepOutcome {
        if !keepsData, case .refused(let code, let text) = try await uninstalled() {
            return .refused(code, "uninstall \(app.package) first", text, outputs: outputs)
        }
        switch try await phone.install(app, options: options, progress: progress) {
        case .success: return StepOutcome(.changed, outputs: outputs)
        case .refused(let code, let text): return .refused(code, operation, text, outputs: outputs)
        case .unknown(let text):
            let said = PhoneWords(text).firstLine
            let failure = StepFailure(
                code: "unknown", operation: operation, reason: said.isEmpty ? "the service gave no answer" : said)
            return StepOutcome(.unknown(failure, verify: "pm path \(app.package)"), outputs: outputs)
        }
    }

    /// The present app goes first; that none is there is fine.
    private func uninstalled() async throws -> PackageReply {
        let reply = try await phone.uninstall(app.package, keepData: false, user: nil)
        guard case .refused = reply, case .absent = try await Self.answer(app.package, on: phone) else { return reply }
        return .success(warnings: nil)
    }
}
