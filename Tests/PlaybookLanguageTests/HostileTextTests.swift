import DroverTesting
import PlaybookLanguage
import SourceText
import Testing

/// Whatever bytes a file holds, reading it ends, and says something when it is refused.
@Suite struct HostileTextTests {
    static let samples = [PlaybookTests.sample, FarmFileTests.sample]

    @Test(arguments: 0..<12) func `a text with mistakes anywhere is refused or read, never a crash`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let signs = Array("{}[]:,-?&*!|>'\"#%@`$\t\n \r\\~0x.=<()\u{0}".utf8) + [0xC3, 0xFF, 0xE2]
        for sample in Self.samples {
            for _ in 0..<20 {
                var bytes = Array(sample.utf8)
                for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                    let place = Int.random(in: 0..<bytes.count, using: &numbers)
                    let sign = signs[Int.random(in: 0..<signs.count, using: &numbers)]
                    switch Int.random(in: 0..<4, using: &numbers) {
                    case 0: bytes[place] = sign
                    case 1: bytes.insert(sign, at: place)
                    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
                    }
                }
                let file = SourceFile(name: "hostile.yml", bytes: bytes)
                var diagnostics = Diagnostics()
                let playbook = PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics)
                #expect((playbook == nil) == diagnostics.hasErrors)
                var farmDiagnostics = Diagnostics()
                let farm = FarmFile.read(file, &farmDiagnostics)
                #expect((farm == nil) == farmDiagnostics.hasErrors)
                let text = DiagnosticPrinter().text(of: diagnostics) + DiagnosticPrinter().text(of: farmDiagnostics)
                #expect(!text.utf8.contains { $0 < 0x20 && $0 != 0x0A })
            }
        }
    }

    @Test func `a large playbook is read whole, and one beyond the limit is refused`() {
        var text = "phones: all\nsteps:\n"
        for index in 0..<1000 { text += "  - shell: echo ${{ phone.name }} \(index)\n    timeout: 5s\n" }
        #expect(readPlaybook(text).playbook?.steps.count == 1000)
        let (playbook, complaints) = readPlaybook("# " + String(repeating: "x", count: Document.maximumSize))
        #expect(playbook == nil)
        #expect(complaints.contains("the file is larger than 4 MiB"))
    }

    @Test(arguments: 1...3) func `aliases hidden where a plain text could go on are never followed`(depth: Int) {
        // Were they missed, the parser would expand nine to the power of ten nodes.
        var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (name, before) in zip("bcdefghij", "abcdefghi") {
            let members = Array(repeating: "*\(before)", count: 9).joined(separator: ",")
            let gap = ["", "\n  ", "\n\n      "][depth - 1]
            text += "\(name): \(gap)&\(name) \(gap)[\(members)]\n"
        }
        let (playbook, complaints) = readPlaybook(text + "? \n  *j\n: x\n")
        #expect(playbook == nil)
        #expect(complaints.contains("starts an anchor"))
    }
}
