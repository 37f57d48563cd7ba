import CloudPhone
import Crypto

/// What is asked for; phones that ask for the same share a request, and so do servers.
enum BatchCall: Hashable, Sendable {
    /// Installs an app from the storage: the objects of its parts, and options of the package manager.
    case install(objects: [String], options: [String])
    /// Uninstalls an app.
    case uninstall(package: String)
    /// Unpacks a tar from the storage at the root.
    case push(object: String)
    /// Runs a line, which may be work that takes longer than lines do as a rule.
    case shell(line: String, as: JobKind = .shell)
    /// Starts a phone that is shut down, or restarts one that runs.
    case restart
    /// Shuts phones down.
    case stop
    /// Sets phones back to how they came.
    case reset
    /// Writes files of a phone to a tar in the storage.
    case export(paths: [String], bucket: String, key: String)
    /// Restarts encode services.
    case restartEncoders
    /// Something for whole servers.
    case server(ServerCall)

    /// The most members of one request; for phones the service publishes no limit (Cloud Phone API, which phones).
    var most: Int { if case .server(let call) = self { call.most } else { CommandTargets.advisedMost } }

    /// How soon and how long jobs are looked at.
    var kind: JobKind {
        switch self {
        case .install: .install
        case .uninstall: .uninstall
        case .push: .push
        case .shell(_, let kind): kind
        case .restart, .stop, .reset, .restartEncoders: .power
        case .export: .transfer
        case .server(let call): call.kind
        }
    }

    /// The call in words, for messages.
    var words: String {
        switch self {
        case .install(let objects, _):
            objects.count == 1 ? "install an app" : "install an app of \(objects.count) parts"
        case .uninstall(let package): "uninstall \(package)"
        case .push: "push files"
        case .shell(let line, _): line.count > 60 ? "run `\(line.prefix(59))…`" : "run `\(line)`"
        case .restart: "restart"
        case .stop: "shut down"
        case .reset: "reset"
        case .export: "export files"
        case .restartEncoders: "restart the encode services"
        case .server(let call): call.words
        }
    }

    /// By what a journal knows the call again; the same for the same call of another process.
    var mark: String {
        switch self {
        case .install(let objects, let options): Self.mark("install", options + objects)
        case .uninstall(let package): "uninstall \(package)"
        case .push(let object): Self.mark("push", [object])
        case .shell(let line, _): Self.mark("shell", [line])
        case .restart: "restart"
        case .stop: "stop"
        case .reset: "reset"
        case .export(let paths, let bucket, let key): Self.mark("export", paths + [bucket, key])
        case .restartEncoders: "restart-encoders"
        case .server(let call): call.mark
        }
    }

    /// A hash, as what is asked for may be long, or hold a secret.
    static func mark(_ word: String, _ parts: [String]) -> String {
        "\(word) \(SHA256.hash(of: parts.joined(separator: "\0")).hex.prefix(24))"
    }

    /// Sends the call for some phones, servers or encode services.
    func send(
        to phones: [String], by client: CloudClient, hooks: CallHooks
    ) async throws -> StartedCall {
        let targets = CommandTargets.phones(phones)
        return switch self {
        case .install(let objects, let options):
            try await client.send(
                InstallApkOperation(objects: objects, options: options, targets: targets), hooks: hooks)
        case .uninstall(let package):
            try await client.send(UninstallApkOperation(packageName: package, targets: targets), hooks: hooks)
        case .push(let object):
            try await client.send(PushFileOperation(object: object, targets: targets), hooks: hooks)
        case .shell(let line, _):
            try await client.send(RunShellCommandOperation(line: line, targets: targets), hooks: hooks)
        case .restart: try await client.send(RestartCloudPhoneOperation(phoneIDs: phones), hooks: hooks)
        case .stop: try await client.send(StopCloudPhoneOperation(phoneIDs: phones), hooks: hooks)
        case .reset: try await client.send(ResetCloudPhoneOperation(phoneIDs: phones), hooks: hooks)
        case .export(let paths, let bucket, let key):
            try await client.send(
                BatchExportCloudPhoneDataOperation(exports: Self.exports(of: phones, paths, bucket, key)), hooks: hooks)
        case .restartEncoders:
            try await client.send(RestartEncodeServerOperation(encodeServerIDs: phones), hooks: hooks)
        case .server(let call): try await call.send(to: phones, by: client, hooks: hooks)
        }
    }

    /// Why the service would not take the call; nil when it would, as far as that shows here.
    var fault: CheckFault? {
        do throws(CheckFault) {
            switch self {
            case .install(let objects, let options):
                try InstallApkOperation(objects: objects, options: options, targets: .phones(Self.anybody)).check()
            case .uninstall(let package):
                try UninstallApkOperation(packageName: package, targets: .phones(Self.anybody)).check()
            case .push(let object): try PushFileOperation(object: object, targets: .phones(Self.anybody)).check()
            case .shell(let line, _): try ContentCheck.check(line, for: .shell)
            case .restart, .stop, .reset, .restartEncoders: break
            case .export(let paths, let bucket, let key):
                try BatchExportCloudPhoneDataOperation(exports: Self.exports(of: Self.anybody, paths, bucket, key))
                    .check()
            case .server(let call): try call.check(Self.anybody)
            }
            return nil
        } catch { return error }
    }

    private static func exports(
        of phones: [String], _ paths: [String], _ bucket: String, _ key: String
    ) -> [PhoneExport] {
        phones.map { PhoneExport(phoneID: $0, includes: paths, bucketName: bucket, objectPath: key) }
    }

    /// Some id, where only the rest is looked at.
    private static let anybody = [String(repeating: "0", count: 32)]
}

/// What became of a call on one phone or server.
enum BatchAnswer: Sendable {
    /// It was done; what it printed, where it prints.
    case done(CommandOutput?)
    /// It was not done, in the service's words.
    case failed(ServiceFault, CommandOutput?)
}
