import ADB
import ArgumentParser
import Crypto
import Glibc

/// `drover keys`: the keys that phones know this machine by.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Show the keys that are offered to phones, or make one.",
        subcommands: [List.self, New.self],
        defaultSubcommand: List.self
    )

    /// `drover keys list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show which keys are offered to phones, in order.")

        func run() throws {
            let ring = KeySearch(environment: ProcessEnvironment.all).load()
            for key in ring.keys {
                Terminal.output.line("\(key.path)  \(key.key.publicKey)")
            }
            for complaint in ring.complaints { Terminal.error.line("warning: \(complaint)") }
            guard ring.keys.isEmpty else { return }
            let places = ring.searched.isEmpty ? "nowhere: HOME is not set" : ring.searched.joined(separator: ", ")
            throw CommandFailure("no key found (looked in \(places)); `drover keys new` makes one")
        }
    }

    /// `drover keys new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Make a key pair, as `adb keygen` does; never overwrites one.",
            discussion: "Without PATH it goes where adb looks: ~/.android/adbkey and adbkey.pub."
        )

        @Argument(
            help: ArgumentHelp("Where the private key goes; .pub is added for the public one.", valueName: "path"))
        var path: String?

        func run() throws {
            let place = try path ?? usualPlace()
            guard access(place, F_OK) != 0 else {
                throw CommandFailure("\(place) is there already; move it away first if you mean to replace it")
            }
            do {
                let key = try KeySearch.makePair(at: place)
                Terminal.output.line("\(key.path)  \(key.key.publicKey)")
            } catch {
                throw CommandFailure("\(error)")
            }
        }

        private func usualPlace() throws -> String {
            guard let place = KeySearch(environment: ProcessEnvironment.all).userPath else {
                throw CommandFailure("HOME is not set; say where the key is to go: drover keys new PATH")
            }
            let folder = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
            guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
                throw CommandFailure("\(folder): \(String(cString: strerror(errno)))")
            }
            return place
        }
    }
}
