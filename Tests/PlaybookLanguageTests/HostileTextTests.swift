import DroverTesting
import PlaybookLanguage
import SourceText
import Testing

/// Whatever bytes a file holds, reading it ends, and says something when it is refused.
@Suite struct HostileTextTests {
    static let samples = [PlaybookTests.sample, FarmFileTests.sample, wholeLanguage]

    /// A little of everything that plays and steps can have.
    static let wholeLanguage = """
        inputs: { build: app }
        vars: { levels: [a, b], word: "${{ inputs.build }}" }
        deadline: 06:00
        max-fail: { run: 3%, wave: 1, kinds: [failed, timed-out] }
        tolerate: { lost: 2% }
        plays:
          - id: first
            phones: pixel and not (rack-[1-2] or gold)
            waves: [1, { size: 5%, pause: { person: "look" }, gate: counts.failed == 0 }, 100%]
            preflight: { free-space: 1GB }
            steps:
              - set: { level: 1 }
              - block:
                  - { install: "${{ vars.word }}", id: game, retries: 2, retry-on: [lost] }
                  - { shell: "echo ${{ item }} ${{ vars.name }}", loop: { over: "${{ vars.levels }}", as: name } }
                rescue:
                  - shell: echo ${{ failure.reason }}
                always:
                  - { shell: logcat, background: true }
                  - reboot:
                throttle: { at-most: 2, per: server }
              - sync: all
              - { assert: [vars.level < 5, steps.game.ok], tags: [a, b] }
              - { shell: getprop, until: result.output matches '^1' }
              - pause: 10s
              - include: part.yml
            on-failure:
              - shell: bugreport
          - servers: all
            needs: first
            steps:
              - switch: on
        """

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
                var advice = Diagnostics()
                let checked = PlaybookReader(vocabulary: SmallVocabulary()) { path, _ in
                    SourceFile(name: path, text: "steps:\n  - shell: id\n")
                }.check(file, &advice)
                #expect((checked == nil) == advice.hasErrors)
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

    @Test func `the sample of the whole language is sound`() {
        let (playbook, complaints) = readPlaybook(
            Self.wholeLanguage, files: ["part.yml": "steps:\n  - shell: id\n"])
        #expect(playbook?.stepCount == 13, "\(complaints)")
    }

    @Test func `a text beyond the limit is refused before it is parsed`() {
        var diagnostics = Diagnostics()
        let file = SourceFile(
            name: "large.yml", bytes: Array(repeating: UInt8(ascii: "["), count: Document.maximumSize + 1))
        #expect(PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics) == nil)
        #expect(diagnostics.sorted.map(\.rule) == ["too-large"])
    }

    @Test func `long chains and circles of variables cost time in proportion to their length`() {
        let count = 3000
        let chain = (0..<count).map { "  v\($0): x${{ vars.v\($0 + 1) }}\n" }.joined()
        let steps = "phones: all\nsteps:\n  - shell: echo ${{ vars.v0 }}\n"
        let (playbook, complaints) = readPlaybook("vars:\n" + chain + "  v\(count): 1\n" + steps)
        #expect(playbook != nil, "\(complaints)")
        let (_, circles) = readPlaybook("vars:\n" + chain + "  v\(count): ${{ vars.v0 }}\n" + steps)
        #expect(circles.contains("test.yml:2:7: error: the variable `v0` refers to itself"))
        #expect(circles.hasSuffix("and \(count + 1 - 200) more\n"))
    }

    @Test func `what would take a billion steps is refused at once`() {
        let list = "[" + (0..<1000).map(String.init).joined(separator: ", ") + "]"
        var text = "phones: all\nsteps:\n"
        for level in 0..<4 {
            let indent = String(repeating: "    ", count: level)
            text += "\(indent)  - loop: \(list)\n\(indent)    block:\n"
        }
        text += String(repeating: "    ", count: 4) + "  - shell: id\n"
        let (playbook, complaints) = readPlaybook(text)
        #expect(playbook == nil)
        #expect(complaints.contains("loops inside loops make 1000000 rounds here"))
        let (_, many) = readPlaybook("phones: all\nsteps:\n" + String(repeating: "  - shell: id\n", count: 6000))
        #expect(many.contains("test.yml:5003:5: error: a playbook has at most 5000 steps"), "\(many)")
        let (_, long) = readPlaybook(
            "phones: all\nsteps:\n  - shell: id\n    loop: [" + String(repeating: "1, ", count: 10_001) + "1]\n")
        #expect(long.contains("a loop has at most 10000 rounds, this one has 10002"))
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
