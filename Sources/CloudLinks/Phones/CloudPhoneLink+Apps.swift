import ADBWire
import CloudPhone
import Farm
import Lanes

/// How apps come to a cloud phone, and go.
extension CloudPhoneLink {
    /// The largest APK that the service takes (Cloud Phone API, InstallApk).
    private static let mostBytes = 2 << 30

    func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws -> PackageReply {
        let operation = "install \(app.package)"
        if let large = app.parts.first(where: { $0.bytes.count > Self.mostBytes }) {
            throw ServiceError(
                "too-large", operation: operation,
                reason: "\(large.name) is larger than the 2 GB that the service takes",
                advice: "move its assets into files that a `push` step brings, or reach the phone over ADB")
        }
        var flags = ["-r"]
        if options.allowsTestOnly { flags.insert("-t", at: 0) }
        if options.allowsDowngrade { flags.append("-d") }
        if options.grantsAll { flags.append("-g") }
        // The service takes options and objects, and an option's value would stand where an object is due.
        if let user = options.user, user != "all" {
            throw ServiceError(
                "unsupported", operation: operation, reason: "the service installs for all users, and not for \(user)",
                advice: "leave `user` out, or reach the phone over ADB")
        }
        if isShared(app.size) {
            let onShelf = try session.shelves.app(app)
            if try await bring(onShelf.delivery, operation, listsSums: false, temporary: onShelf.folder) {
                let call = BatchCall.shell(line: onShelf.line(flags), as: .install)
                return Self.reply(try await answer(to: call, operation))
            }
        }
        var objects: [String] = []
        for part in app.parts {
            objects.append(try await staged(part.sha256, ".apk", operation) { .memory(part.bytes) })
        }
        return Self.reply(try await answer(to: .install(objects: objects, options: flags), operation))
    }

    func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        guard !keepData, user == nil else {
            var words = ["pm", "uninstall"] + (keepData ? ["-k"] : [])
            if let user { words += ["--user", user] }
            let line = (words + [package.description]).joined(separator: " ")
            return Self.reply(try await answer(to: .shell(line: line), "uninstall \(package)"))
        }
        return Self.reply(try await answer(to: .uninstall(package: package.description), "uninstall \(package)"))
    }

    /// What the package manager said, where the service hands that on.
    private static func reply(_ answer: BatchAnswer) -> PackageReply {
        switch answer {
        case .done(let output):
            if let text = output?.text, case .failure(let failure) = InstallReply(parsing: text) {
                return .refused(code: failure.code, text: text)
            }
            return .success(warnings: nil)
        case .failed(let fault, let output):
            let text = output?.text ?? ""
            if case .failure(let failure) = InstallReply(parsing: text) {
                return .refused(code: failure.code, text: text)
            }
            return .refused(code: fault.code, text: text.isEmpty ? fault.description : text)
        }
    }
}
