import PlaybookLanguage
import SourceText
import Testing

/// What stands in a list of steps: kinds, blocks, loops, and what happens in the run itself.
@Suite struct StepListTests {
    private static func play(_ steps: String, variables: Set<String> = []) throws -> PlayCall {
        let (playbook, complaints) = readPlaybook("phones: all\nsteps:\n" + steps, variables: variables)
        return try #require(playbook, "\(complaints)").plays[0]
    }

    @Test func `a block counts its steps through rescue and always`() throws {
        let play = try Self.play(
            """
              - name: Deliver
                block:
                  - { install: game.apk, id: game }
                  - { shell: 'echo ${{ steps.game.version }}', tags: [b] }
                rescue:
                  - shell: echo ${{ failure.reason }} ${{ steps.game.verdict }}
                always:
                  - reboot:
                  - block:
                      - shell: id
                when: phone.sdk > 30
                throttle: { at-most: 2, per: server }
                tags: a
                continue-on-error: true
                vars: { x: 1 }
              - shell: echo ${{ steps.game.output }}
                throttle: 5
            """)
        guard case .block(let block)? = play.steps.first, case .step(let after)? = play.steps.last else {
            return #expect(Bool(false), "a block and a step")
        }
        #expect(block.steps.map(\.position) == [0, 1])
        #expect(block.rescue.map(\.position) == [2])
        #expect(block.always.map(\.position) == [3, 4])
        #expect(block.steps.map(\.tags) == [["a"], ["a", "b"]])
        #expect(block.name?.literal == "Deliver" && block.when != nil && block.variables.count == 1)
        #expect(block.throttle?.per == .server && block.throttle?.atMost.literal == 2)
        #expect(block.continueOnError?.literal == true)
        #expect(block.keywordSpan.text == "block")
        #expect(after.position == 1 && after.throttle?.per == .run && after.throttle?.atMost.literal == 5)
    }

    @Test func `a loop is a list, an expression or a mapping`() throws {
        let play = try Self.play(
            """
              - { shell: 'echo ${{ item }} ${{ index }}', loop: [a, b, 3], when: item != 'a' }
              - { shell: 'echo ${{ item.name }}', loop: '${{ vars.levels }}' }
              - block:
                  - shell: echo ${{ vars.level }} ${{ item }}
                  - { shell: 'echo ${{ vars.level }}', loop: '${{ split(vars.level, "-") }}' }
                loop: { over: [x-y, z], as: level, max-parallel: 2 }
              - { shell: id, id: who, loop: [1, 2] }
              - shell: echo ${{ length(steps.who.results) }}
            """, variables: ["levels"])
        let loops = play.steps.map { entry in
            switch entry {
            case .step(let step): step.loop
            case .block(let block): block.loop
            }
        }
        #expect(loops[0]?.items.literal == .list([.text("a"), .text("b"), .integer(3)]))
        #expect(loops[1]?.items.literal == nil && loops[1] != nil)
        #expect(loops[2]?.variable == "level" && loops[2]?.maxParallel?.literal == 2)
    }

    @Test func `what happens in the run itself is read`() throws {
        let play = try Self.play(
            """
              - set: { level: 3, word: "${{ phone.name }}" }
              - assert: vars.level == 3
              - assert: [vars.word != '', "${{ vars.level > 1 }}"]
              - assert: { that: vars.level < 5, message: "level ${{ vars.level }}" }
              - pause: 30s
              - pause: { for: 1m }
              - pause: { person: "Look at ${{ phone.name }}" }
              - pause: person
              - sync: everyone is there
              - sync:
            """)
        let actions = play.steps.compactMap { entry -> StepAction? in
            guard case .step(let step) = entry else { return nil }
            return step.action
        }
        guard case .set(let values) = actions[0], case .assert(let one, nil) = actions[1],
            case .assert(let two, nil) = actions[2], case .assert(let three, let message?) = actions[3],
            case .pause(.duration(let time)) = actions[4], case .pause(.duration) = actions[5],
            case .pause(.person(let text?)) = actions[6], case .pause(.person(nil)) = actions[7],
            case .sync = actions[8], case .sync = actions[9]
        else { return #expect(Bool(false), "the actions in their order") }
        #expect(values.keys.sorted() == ["level", "word"])
        #expect([one.count, two.count, three.count] == [1, 2, 1])
        #expect(message.source == "level ${{ vars.level }}")
        #expect(time.literal == .seconds(30))
        #expect(text.source == "Look at ${{ phone.name }}")
        #expect(play.steps.map { if case .step(let step) = $0 { step.title } else { "" } }[8] == "everyone is there")
    }

    @Test func `a step repeats until something holds, for some failures, or in the background`() throws {
        let play = try Self.play(
            """
              - { shell: getprop x, until: result.output == '1', retries: 10, delay: 5s }
              - { shell: id, retries: 1, retry-on: [lost, timed-out] }
              - { shell: id, retries: 1, retry-on: failed }
              - { shell: logcat, background: true, id: log }
              - shell: id
            """)
        let steps = play.steps.compactMap { if case .step(let step) = $0 { step } else { nil } }
        #expect(steps[0].until != nil && steps[0].retries?.literal == 10)
        #expect(steps[1].retryOn == [.lost, .timedOut])
        #expect(steps[2].retryOn == [.failed])
        #expect(steps.map(\.isBackground) == [false, false, false, true, false])
    }

    @Test(
        arguments: [
            // A step in the background has no results before its list ends.
            ("  - { shell: id, background: true, id: a }\n  - shell: echo ${{ steps.a.output }}", "has not run yet"),
            // What a block's steps give is not known before the block.
            ("  - shell: echo ${{ steps.a.output }}\n  - block:\n      - { shell: id, id: a }", "has not run yet"),
            // An item belongs to its loop.
            ("  - { shell: id, loop: [1] }\n  - shell: echo ${{ item }}", "inside a loop only"),
            // The list is made before there is a member.
            ("  - { shell: id, loop: '${{ item }}' }", "inside a loop only"),
            ("  - { shell: id, when: result.ok }", "in `until` only"),
            // A variable is known from its `set` on, and within its loop.
            ("  - shell: echo ${{ vars.a }}\n  - set: { a: 1 }", "unknown variable `a`"),
            ("  - { shell: id, loop: { over: [1], as: a } }\n  - shell: echo ${{ vars.a }}", "unknown variable `a`"),
        ])
    func `names are known in the order of execution`(steps: String, complaint: String) {
        let (playbook, complaints) = readPlaybook("phones: all\nsteps:\n" + steps + "\n")
        #expect(playbook == nil)
        #expect(complaints.contains(complaint), "\(complaints)")
    }
}
