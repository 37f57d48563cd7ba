import ArgumentParser
import Farm
import Planning
import SourceText

/// `drover farm`: what a farm is for other tools, and what they know for a farm.
struct FarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farm",
        abstract: "Hand the farm on to other tools, or take servers over from them.",
        subcommands: [Export.self, Import.self]
    )

    /// For whom a farm is written.
    enum Form: String, EnumerableFlag {
        case adb
        case ansible
        case terraform

        static func help(for form: Form) -> ArgumentHelp? {
            switch form {
            case .adb: "As lines of `adb connect`, those through SSH by tunnels."
            case .ansible:
                "As an inventory of Ansible: servers and encoders with their keys, and whose phones they are."
            case .terraform: "As import blocks of Terraform for servers of Huawei Cloud."
            }
        }
    }

    /// `drover farm export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print the farm for adb, Ansible or Terraform.",
            discussion: """
                Servers and accounts are asked for their phones first. Nothing secret is printed: of keys the paths of their \
                files. Phones behind SSH get local ports, and a comment with the `drover tunnel` that opens them.
                """)

        @Argument(help: ArgumentHelp("Which phones; all of them when not given.", valueName: "selector"))
        var selector = "all"

        @Flag var form: Form

        @Option(help: ArgumentHelp("The first local port of phones behind SSH.", valueName: "port"))
        var firstPort: UInt16 = 15_555

        @Flag(help: "Export what the farm file says without asking any server.")
        var offline = false

        @OptionGroup var farm: FarmOptions

        func run() async throws {
            try await FarmSession.with(farm) { session in
                var diagnostics = Diagnostics()
                let choice = try await session.choose(seed: 1, offline: offline, &diagnostics) {
                    planner, isEarly, diagnostics in
                    planner.selector(selector, limit: farm.limit, beforeDiscovery: isEarly, &diagnostics)
                }
                let phones = choice.selections.plays[0].phones
                let text: String
                switch form {
                case .adb: text = ADBExport(phones, firstPort: firstPort).text
                case .ansible: text = AnsibleExport(phones, of: choice.inventory).text
                case .terraform: text = TerraformExport(phones, of: choice.inventory).text
                }
                Terminal.output.write(text)
            }
        }
    }

    /// `drover farm import`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take the cloud servers of a Terraform state into the farm file.",
            discussion: """
                Reads a state (version 4, as `terraform state pull` prints it) and takes its huaweicloud_cph_server resources. \
                Without --into the lines for `servers:` are printed; with it they are added there, and what the file has already is left alone.
                """)

        @Option(help: ArgumentHelp("The state.", valueName: "file"))
        var terraform: String

        @Option(help: ArgumentHelp("The account of the farm file that the servers belong to.", valueName: "name"))
        var account: String

        @Option(help: ArgumentHelp("The farm file that they are added to.", valueName: "file"))
        var into: String?

        func run() throws {
            let state = try TerraformState(at: terraform)
            guard !state.servers.isEmpty else {
                throw CommandFailure("\(terraform) has no huaweicloud_cph_server")
            }
            guard let into else { return Terminal.output.write(ServerLines(state.servers, account: account).text) }
            let added = try ServerLines(state.servers, account: account).add(to: into)
            Terminal.output.write(
                "\(into): \(added.new) \(added.new == 1 ? "server" : "servers") added, \(added.known) known already\n")
        }
    }
}
