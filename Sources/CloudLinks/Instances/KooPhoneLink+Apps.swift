import ADBWire
import CloudPhone
import Farm
import KooPhone
import Lanes

/// How apps come to a phone of KooPhone, and go.
extension KooPhoneLink {
    func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws -> PackageReply {
        let operation = "install \(app.package)"
        guard app.parts.count == 1, let part = app.parts.first else {
            throw unsupported(operation, "give one .apk: \(app.parts.count) parts of one app cannot be installed here")
        }
        var asked: [String] = []
        if options.grantsAll { asked.append("grant: all") }
        if options.allowsDowngrade { asked.append("downgrade") }
        if options.allowsTestOnly { asked.append("test-only apps") }
        if let user = options.user, user != "all" { asked.append("user: \(user)") }
        guard asked.isEmpty else {
            throw unsupported(
                operation, "leave \(asked.joined(separator: ", ")) out: KooPhone installs without options")
        }
        let staging = try session.staging(for: operation)
        let file = try await inFarmWords(operation) {
            let sha256 = part.sha256.lowercased()
            let link = try await staging.link(to: sha256, ending: ".apk") { .memory(part.bytes) }
            return InstallFile(
                link: link, package: app.package.description,
                version: app.versionName.isEmpty ? "\(app.versionCode)" : app.versionName,
                byteCount: part.bytes.count, name: "\(app.package).apk",
                md5: try await staging.md5(of: sha256, part.bytes))
        }
        return Self.reply(try await answer(to: .install(file, sha256: part.sha256.lowercased()), operation))
    }

    func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        var words = ["pm", "uninstall"] + (keepData ? ["-k"] : [])
        if let user { words += ["--user", user] }
        let line = (words + [package.description]).joined(separator: " ")
        return Self.reply(try await answer(to: .shell(line: line, as: .uninstall), "uninstall \(package)"))
    }

    /// What the package manager said, where the service hands that on.
    private static func reply(_ answer: BatchAnswer) -> PackageReply {
        let (output, fault): (CommandOutput?, ServiceFault?) =
            switch answer {
            case .done(let output): (output, nil)
            case .failed(let fault, let output): (output, fault)
            }
        let text = output?.text ?? ""
        if case .failure(let failure) = InstallReply(parsing: text) { return .refused(code: failure.code, text: text) }
        guard let fault else { return .success(warnings: nil) }
        return .refused(code: fault.code, text: text.isEmpty ? fault.description : text)
    }
}
