import ArgumentParser
import Glibc
import Lanes

/// `drover` itself: names its commands and nothing else.
struct DroverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drover",
        abstract: "Takes hundreds of Android phones through the same steps at once.",
        version: droverVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Playbooks",
                subcommands: [
                    RunCommand.self, PlanCommand.self, CheckCommand.self, SchemaCommand.self, StepsCommand.self,
                ]),
            CommandGroup(
                name: "One step on many phones",
                subcommands: [
                    ExecCommand.self, InstallCommand.self, UninstallCommand.self, PushCommand.self, PullCommand.self,
                ]),
            CommandGroup(
                name: "Payloads",
                subcommands: [
                    PackCommand.self, UnpackCommand.self, InspectCommand.self, FetchCommand.self, CacheCommand.self,
                ]),
            CommandGroup(
                name: "Runs",
                subcommands: [
                    ResumeCommand.self, RerunCommand.self, StatusCommand.self, CancelCommand.self, ReportCommand.self,
                    RunsCommand.self,
                ]),
            CommandGroup(
                name: "The farm",
                subcommands: [
                    PhonesCommand.self, DoctorCommand.self, TunnelCommand.self, QuarantineCommand.self,
                    CloudCommand.self, FarmCommand.self, KeysCommand.self, SimulateCommand.self,
                ]),
        ]
    )

    /// As every other message of drover begins.
    static var _errorLabel: String { "error" }
}

/// The version that `--version` and journals tell.
let droverVersion = "0.1.0"

/// The program: parses the command line, runs the command, and ends with one of the documented exit codes.
public enum DroverProgram {
    /// What the program itself may have open at once, phones left out.
    private static let fewestDescriptors = 48

    /// Runs the command line of this process and ends it.
    public static func main() async -> Never {
        // A pager that is closed early must not kill a run.
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is then an error that is told, like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        ProcessSecrets.learn(from: ProcessEnvironment.all)
        let descriptors = DescriptorLimit.raise()
        // Dispatch stops the program without a word when it finds none for itself.
        guard descriptors >= fewestDescriptors else {
            Terminal.error.line(
                "error: the limit of open files is \(descriptors), and drover needs \(fewestDescriptors) and one for "
                    + "each phone at a time; raise it with `ulimit -n 4096`")
            exit(ExitStatus.cannotGoOn.rawValue)
        }
        let status = await run(Array(CommandLine.arguments.dropFirst()))
        // Not `exit`: it would take down OpenSSL under lanes that still close their last connections.
        fflush(nil)
        _exit(status)
    }

    /// Runs one command line and tells its exit code.
    public static func run(_ arguments: [String]) async -> Int32 {
        do {
            if arguments.first == "help", let misspelt = MisspeltCommand(in: arguments) { throw misspelt.failure }
            var command = try DroverCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch let failure as CommandFailure {
            Terminal.error.line(failure.text)
            return failure.status.rawValue
        } catch let ended as RunEnded {
            return ended.code
        } catch {
            return tell(error, of: arguments)
        }
    }

    /// Help and versions go to standard output; mistakes in the command line end with 2, as all wrong input does.
    private static func tell(_ error: any Error, of arguments: [String]) -> Int32 {
        guard DroverCommand.exitCode(for: error) == .success else {
            let text = MisspeltCommand(in: arguments)?.failure.text ?? DroverCommand.fullMessage(for: error)
            Terminal.error.line(text)
            return ExitStatus.wrongInput.rawValue
        }
        Terminal.output.line(DroverCommand.fullMessage(for: error))
        return ExitStatus.success.rawValue
    }
}
