import ArgumentParser
import CloudLinks
import CloudPhone
import CloudSteps
import Farm
import JSON
import KooPhone
import Steps

/// `drover cloud [CALL]`: the operations of a cloud's service by their names.
struct CloudCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloud",
        abstract: "Call an operation of a cloud's service by its name, or list them.",
        discussion: """
            Without a name all operations are listed, those of each service by themselves, with what each can do. --fields shows what \
            one takes. The answer is printed as JSON, a list with all its pages; jobs are waited for, and the exit code is 1 when one failed. What costs money, \
            loses data or may lock people out needs --allow CLASS, what takes phones out of work --yes or an answer on the terminal.
            """
    )

    @Argument(help: ArgumentHelp("The operation, such as ListCloudPhones.", valueName: "call"))
    var call: String?

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("An argument; lists are joined by commas, or JSON.", valueName: "name=value"))
    var arguments: [String] = []

    @Option(
        help: ArgumentHelp(
            "The account of the farm file; not needed when one has the operation's service.", valueName: "name"))
    var account: String?

    @Flag(help: "Show what the operation takes, and call nothing.")
    var fields = false

    @Flag(help: "Print the reference page of all operations in Markdown.")
    var markdown = false

    @Option(
        help: ArgumentHelp(
            "Print what must be allowed in IAM, with the classes of --allow, as a policy.", valueName: "whose"))
    var policy: AccessPolicy.Subject?

    @Flag(name: [.short, .long], help: "Go on without asking where phones are taken out of work.")
    var yes = false

    @Option(help: ArgumentHelp("Allow a class in so many words: data-loss, money, lock-out.", valueName: "class"))
    var allow: [String] = []

    @OptionGroup var farm: FarmOptions

    func validate() throws {
        if policy != nil, call != nil || markdown { throw ValidationError("--policy calls nothing") }
        if call == nil, !arguments.isEmpty || fields { throw ValidationError("name the operation") }
        try StepClass.validate(allow)
    }

    func run() async throws {
        if markdown { return Terminal.output.write(OperationPages.markdown) }
        if let policy { return try await write(policy) }
        guard let call else { return Terminal.output.write(OperationPages.list) }
        let found: [CatalogedOperation]
        do throws(CheckFault) {
            found = try ServiceCatalog.operations(named: call)
        } catch {
            throw CommandFailure("\(error.reason)\(error.advice.map { "; \($0)" } ?? "")")
        }
        if fields {
            return Terminal.output.write(found.map { OperationPages.fields(of: $0) }.joined(separator: "\n"))
        }
        try await FarmSession.with(farm) { session in
            let choice = try OperationChoice(of: found, named: account, among: session.inventory.accounts)
            let (operation, name) = (choice.operation, choice.account)
            let given = try given(for: operation)
            try consent(to: operation)
            let end: NamedCallEnd
            do {
                end = try await session.clouds.call(NamedCall(operation.name, given), of: name)
            } catch let error as ServiceError {
                let advice = error.advice.map { "; \($0)" } ?? ""
                throw CommandFailure("\(name): \(error)\(advice)", status: .someFailed)
            }
            Terminal.output.write(CallResult(end).text)
            guard end.parts.allSatisfy({ $0.failure == nil }) else {
                throw RunEnded(code: Int32(ExitStatus.someFailed.rawValue))
            }
        }
    }

    /// Prints a policy; those of buckets are for the buckets of the farm's accounts, or of the one that is named.
    private func write(_ subject: AccessPolicy.Subject) async throws {
        var buckets: [String] = []
        if subject == .bucket || subject == .agency {
            try await FarmSession.with(farm) { session in
                let accounts = session.inventory.accounts.filter { account == nil || $0.name == account }
                buckets = Set(accounts.compactMap(\.bucket)).sorted()
            }
            guard !buckets.isEmpty else {
                throw CommandFailure(
                    "no account\(account.map { " `\($0)`" } ?? "") of the farm has a `bucket`; see docs/cloud.md")
            }
        }
        let policy = AccessPolicy(for: subject, allowing: allow, buckets: buckets)
        Terminal.output.write(CallResult.shown(policy.json))
        guard !policy.undocumented.isEmpty else { return }
        let names = policy.undocumented.joined(separator: ", ")
        Terminal.error.line("no document tells the action of \(names); add it in the visual editor of IAM's console")
    }

    /// The arguments, looked at before anybody is asked.
    private func given(for operation: CatalogedOperation) throws(CommandFailure) -> [String: JSONValue] {
        var texts: [(name: String, text: String)] = []
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure("--with takes NAME=VALUE, this is `\(argument)`")
            }
            texts.append((String(parts[0]), String(parts[1])))
        }
        let (given, unreadable) = operation.arguments(reading: texts)
        let faults = unreadable.isEmpty ? operation.faults(in: given) : unreadable
        guard faults.isEmpty else {
            let lines = faults.map { "\(operation.name): \($0)" }
            throw CommandFailure(lines.joined(separator: "\nerror: "))
        }
        return given
    }

    private func consent(to operation: CatalogedOperation) throws(CommandFailure) {
        let stepClass = operation.shape.stepClass
        guard stepClass >= .disrupt else { return }
        if allow.contains(stepClass.rawValue) || stepClass == .disrupt && yes { return }
        guard stepClass == .disrupt, Terminal.error.canAsk else {
            let flag = stepClass == .disrupt ? "--yes" : "--allow \(stepClass.rawValue)"
            throw CommandFailure("\(operation.name) is of class \(stepClass.rawValue) and needs \(flag)")
        }
        let answer = Terminal.error.ask("\(operation.name) (\(stepClass.rawValue)). Type yes to go on:")
        guard answer == "yes" else { throw CommandFailure("not confirmed; nothing was done") }
    }
}
