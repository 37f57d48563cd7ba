import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText

/// Puts an app on the phone, unless the very same content is there already.
struct Install: PhoneStepKind {
    static let manual = StepManual(
        "install", "Install an app, unless the same content is there already.",
        details: """
            The app is an .apk, a folder of splits, an .apks or an .xapk. It counts as there only when version, signer and \
            content are those of the build at hand: the installed files are hashed on the phone, and the sums are \
            remembered with the package's update time, so that the next run asks one question. \
            OBB files of a bundle are left out, with a warning that names the `push` step for them.
            """,
        scalar: "app",
        arguments: [
            .init("app", "app", instead: "payload", "The build."),
            .init("payload", "name of a payload", instead: "app", "The build, by its name under `payloads:`."),
            .init("grant", "all or a list of permissions", standard: "none", "Runtime permissions to grant."),
            .init("downgrade", "true or false", standard: "false", "Whether an older version may replace a newer one."),
            .init("test", "true or false", standard: "false", "Whether builds marked test-only are accepted."),
            .init("user", "number, all or current", standard: "all users", "The Android user to install for."),
            .init(
                "keep-data", "true or false", standard: "true",
                "With false the present app is uninstalled first, and its data are lost."),
            .init("force", "true or false", standard: "false", "Install even when the same content is there."),
        ],
        outputs: [
            .init("package", "the package name"),
            .init("version", "the build's version code", .integer),
            .init("version_name", "the build's version name"),
            .init("previous", "the version code that was there before, or null", .any),
            .init("bytes", "the build's size", .integer),
        ],
        class: .change, load: .bulk, timeout: .seconds(900), stall: .seconds(120),
        examples: [
            "install: builds/game.apk",
            "install: { app: \"${{ inputs.build }}\", grant: all, downgrade: true }",
            "install: { app: builds/game.apk, grant: [android.permission.CAMERA], user: 0 }",
            "install: { payload: game }",
        ])

    private let source: LocalSource
    private let grant: Argument<GrantWish>
    private let downgrade: Argument<Bool>
    private let test: Argument<Bool>
    private let user: Argument<String>?
    private let keepData: Argument<Bool>
    private let force: Argument<Bool>

    init(reading arguments: inout StepArguments) {
        source = arguments.source("app", bare: true, takesPacked: false)
        grant = arguments.optionalValue("grant", .grants) ?? Argument(.none)
        downgrade = arguments.flag("downgrade")
        test = arguments.flag("test")
        user = arguments.optionalValue("user", .androidUser)
        keepData = arguments.flag("keep-data", default: true)
        force = arguments.flag("force")
    }

    init(
        app path: String, grant wish: GrantWish, downgrade: Bool, test: Bool, user: String?, keepData: Bool, force: Bool
    ) {
        source = .path(Argument(path, at: .whole(path, named: "APP")))
        grant = Argument(wish)
        self.downgrade = Argument(downgrade)
        self.test = Argument(test)
        self.user = user.map { Argument($0) }
        self.keepData = Argument(keepData)
        self.force = Argument(force)
    }

    func summary(in scope: Scope?) -> String { "install \(source.shown(in: scope))" }

    var stepClass: StepClass { keepData.literal == true ? .change : .dataLoss }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        [try source.request(.app, in: scope)]
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let build = try source.app(in: context)
        if try force.value(in: context.scope) { return .work(because: "force is set") }
        if let phone = phone as? any BatchedPhone { return try await InstallOverService.need(build, on: phone) }
        let found = try await AppInspection.look(for: build, on: phone, memory: context.memory)
        context.notes.leave(found)
        let version = Self.shown(build)
        let size = ByteCount(clamping: build.size)
        if found.content != .same { context.progress.foresee(build.size) }
        switch found.content {
        case .absent:
            return .work(because: "\(build.package) is not there: to install \(size)")
        case .otherVersion(let code):
            let there = Self.shown(code, found.dump?.versionName)
            let verb = UInt64(bitPattern: build.versionCode) < code ? "downgrade" : "upgrade"
            return .work(because: "to \(verb) \(there) to \(version), \(size)")
        case .otherContent:
            let isForeign = found.record.map { !$0.signer.isEmpty && $0.signer != build.signer } ?? false
            return .work(
                because: "version \(version) is there with other content"
                    + (isForeign ? ", signed by another key" : "") + ": to install \(size)")
        case .unproved(let why):
            return .unknown(because: "whether version \(version) is there is not known: \(why)")
        case .same:
            return try await needBeyondContent(found, version: version, context: context)
        }
    }

    /// The content is there; users and permissions may still be due.
    private func needBeyondContent(
        _ found: AppInspection, version: String, context: StepContext
    ) async throws -> Need {
        let same = "version \(version) with the same content is there"
        guard let dump = found.dump else { return .unknown(because: same) }
        if let user = try user?.optionalValue(in: context.scope), let number = Int(user) {
            guard let isInstalled = dump.installedForUser[number] else {
                return .unknown(because: "\(same), but not known for which users")
            }
            guard isInstalled else { return .work(because: "\(same), but not for user \(number)") }
        } else if dump.installedForUser.isEmpty {
            return .unknown(because: "\(same), but not known for which users")
        }
        let wish = try grant.value(in: context.scope)
        guard let pending = wish.pending(in: dump, refused: found.record?.refusedPermissions ?? []) else {
            return .unknown(because: "\(same), but not known with which permissions")
        }
        guard let first = pending.first else { return .nothing(because: same) }
        let others = pending.count > 1 ? " and \(pending.count - 1) more" : ""
        return .work(because: "\(same), but \(first)\(others) is not granted")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let build = try source.app(in: context)
        let wish = try grant.value(in: scope)
        let userName = try user?.optionalValue(in: scope)
        if let phone = phone as? any BatchedPhone {
            return try await perform(build, wish, user: userName, over: phone, context: context)
        }
        var found = context.notes.take(AppInspection.self)
        if found == nil {
            found = try await AppInspection.look(for: build, on: phone, memory: context.memory)
        }
        guard let found else { throw CancellationError() }
        let options = try options(wish, user: userName, scope)
        let installation = Installation(
            app: build, options: options, keepsData: try keepData.value(in: scope), phone: phone, context: context)
        if found.content == .same, let dump = found.dump, try !force.value(in: scope), isThere(dump, for: userName),
            let pending = wish.pending(in: dump, refused: found.record?.refusedPermissions ?? [])
        {
            return try await grantOnly(pending, wish: wish, found: found, installation: installation, user: userName)
        }
        var outcome = try await installation.run(over: found)
        guard case .changed = outcome.result, case .some(let names) = wish else { return outcome }
        let refused = try await Permissions.grant(names, to: build.package, user: userName, on: phone)
        if let failure = Permissions.failure(refused, of: build.package) { outcome.result = .failed(failure) }
        return outcome
    }

    private func options(_ wish: GrantWish, user: String?, _ scope: Scope) throws(PlaybookError) -> InstallOptions {
        var options = InstallOptions()
        options.grantsAll = wish == .all
        options.allowsDowngrade = try downgrade.value(in: scope)
        options.allowsTestOnly = try test.value(in: scope)
        options.user = user
        return options
    }

    private func perform(
        _ build: AppPayload, _ wish: GrantWish, user: String?, over phone: any BatchedPhone, context: StepContext
    ) async throws -> StepOutcome {
        let installation = InstallOverService(
            app: build, options: try options(wish, user: user, context.scope),
            keepsData: try keepData.value(in: context.scope), phone: phone)
        var outcome = try await installation.run(progress: context.progress)
        guard case .changed = outcome.result, case .some(let names) = wish else { return outcome }
        let refused = try await Permissions.grant(names, to: build.package, user: user, on: phone)
        if let failure = Permissions.failure(refused, of: build.package) { outcome.result = .failed(failure) }
        return outcome
    }

    private func isThere(_ dump: PackageDump, for user: String?) -> Bool {
        guard let number = user.flatMap({ Int($0) }) else { return !dump.installedForUser.isEmpty }
        return dump.installedForUser[number] == true
    }

    /// The bytes are there; only permissions are due, and those need no new installation.
    private func grantOnly(
        _ names: [String], wish: GrantWish, found: AppInspection, installation: Installation, user: String?
    ) async throws -> StepOutcome {
        let build = installation.app
        let outputs = installation.outputs(found)
        let refused = try await Permissions.grant(names, to: build.package, user: user, on: installation.phone)
        if case .some = wish, let failure = Permissions.failure(refused, of: build.package) {
            return StepOutcome(.failed(failure), outputs: outputs)
        }
        // Of "all" a phone refuses those that are restricted; remembered, so that they are not tried in every run.
        if var record = found.record, !refused.isEmpty {
            record.refusedPermissions = Set(record.refusedPermissions + refused.map(\.name)).sorted()
            installation.context.memory.remember(
                record.text, as: AppInspection.key(build.package), of: installation.phone.id)
        }
        return StepOutcome(refused.count == names.count ? .ok : .changed, outputs: outputs)
    }

    private static func shown(_ app: AppPayload) -> String {
        shown(UInt64(bitPattern: app.versionCode), app.versionName)
    }

    /// A version as people know it, with the code that Android compares: `1.2 (12)`.
    private static func shown(_ code: UInt64, _ name: String?) -> String {
        let words = PhoneWords(name ?? "").firstLine
        return words.isEmpty || words == "null" ? "\(code)" : "\(words) (\(code))"
    }
}
