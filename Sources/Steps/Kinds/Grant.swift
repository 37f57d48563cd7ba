import Farm
import Journal
import PlaybookLanguage

/// Grants an app runtime permissions, or takes them away.
struct Grant: PhoneStepKind {
    static let manual = StepManual(
        "grant", "Grant an app runtime permissions, or take them away.",
        details: """
            With `all`, every runtime permission that the app asks for is granted; those that Android grants to nobody are \
            passed over. A permission that is named must be granted.
            """,
        arguments: [
            .init("app", "package name", "The app."),
            .init("permissions", "all or a list of permissions", "Which permissions."),
            .init("revoke", "true or false", standard: "false", "Takes them away instead."),
            .init("user", "number, all or current", standard: "the phone's choice", "The Android user."),
        ],
        outputs: [
            .init("granted", "how many permissions were granted", .integer),
            .init("revoked", "how many were taken away", .integer),
        ],
        class: .change, timeout: .seconds(120),
        examples: [
            "grant: { app: com.studio.game, permissions: all }",
            "grant: { app: com.studio.game, permissions: [android.permission.CAMERA], revoke: true }",
        ])

    private let app: Argument<PackageName>
    private let permissions: Argument<GrantWish>
    private let revoke: Argument<Bool>
    private let user: Argument<String>?

    init(reading arguments: inout StepArguments) {
        app = arguments.packageName("app")
        permissions = arguments.value("permissions", .grants)
        revoke = arguments.flag("revoke")
        user = arguments.optionalValue("user", .androidUser)
        if permissions.literal == GrantWish.none {
            arguments.mistake(
                "`permissions` names no permission", at: permissions.span, help: "write `all`, or a list of permissions"
            )
        }
    }

    func summary(in scope: Scope?) -> String {
        let verb = revoke.literal == true ? "revoke permissions of" : "grant permissions to"
        return "\(verb) \(app.shown(in: scope))"
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let package = try app.value(in: context.scope)
        switch try await AppInspection.packageAnswer(package, on: phone) {
        case .absent: return .work(because: "\(package) is not there")
        case .unclear(let why): return .unknown(because: why)
        case .installed(let dump):
            guard let names = try wanted(of: dump, context.scope) else {
                return .unknown(because: "the phone does not tell which permissions it granted")
            }
            context.notes.leave(names)
            let revokes = try revoke.value(in: context.scope)
            guard let first = names.first else {
                return .nothing(because: revokes ? "none of them is granted" : "they are granted already")
            }
            let others = names.count > 1 ? " and \(names.count - 1) more" : ""
            return .work(because: "\(first)\(others) \(revokes ? "is granted" : "is not granted")")
        }
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let package = try app.value(in: scope)
        let revokes = try revoke.value(in: scope)
        let operation = "\(revokes ? "revoke permissions of" : "grant permissions to") \(package)"
        let names: [String]
        if let known = context.notes.take([String].self) {
            names = known
        } else {
            switch try await AppInspection.packageAnswer(package, on: phone) {
            case .absent:
                return .failed("absent", operation, "\(package) is not there", advice: "install it before this step")
            case .unclear(let why):
                guard case .some(let named) = try permissions.value(in: scope) else {
                    return .failed("unclear", operation, why)
                }
                names = named
            case .installed(let dump): names = try wanted(of: dump, scope) ?? named(scope)
            }
        }
        let place = try user?.optionalValue(in: scope)
        let refused = try await Permissions.change(names, of: package, revokes: revokes, user: place, on: phone)
        let done = names.count - refused.count
        let values: [String: OutputValue] = [
            "granted": .integer(revokes ? 0 : done), "revoked": .integer(revokes ? done : 0),
        ]
        if case .some = try permissions.value(in: scope),
            let failure = Permissions.failure(refused, of: package, revokes: revokes)
        {
            return StepOutcome(.failed(failure), outputs: StepOutputs(values: values))
        }
        return done == 0 ? .ok("there was nothing that could be changed", values) : .changed(nil, values)
    }

    private func named(_ scope: Scope) throws -> [String] {
        if case .some(let names) = try permissions.value(in: scope) { return names }
        return []
    }

    /// The permissions that have to be changed, sorted; nil when the phone does not tell.
    private func wanted(of dump: PackageDump, _ scope: Scope) throws -> [String]? {
        let wish = try permissions.value(in: scope)
        guard try revoke.value(in: scope) else { return wish.pending(in: dump, refused: []) }
        switch wish {
        case .none: return []
        case .all: return dump.runtimePermissions.filter(\.value).keys.sorted()
        case .some(let names):
            guard !dump.runtimePermissions.isEmpty else { return nil }
            return names.filter { dump.runtimePermissions[$0] == true }.sorted()
        }
    }
}
