import Farm
import PlaybookLanguage
import SourceText
import Testing

/// Plays: whom they are for, how they spread, and what holds for the run.
@Suite struct PlaysTests {
    @Test func `the top of a playbook is its one play`() throws {
        let (playbook, complaints) = readPlaybook(
            """
            deadline: 06:00
            tolerate: { lost: 2%, timed-out: 1 }
            phones: all
            waves: [1, { size: 5%, pause: 10m, gate: counts.failed == 0 }, 100%]
            max-fail: 3%
            on-stop: cancel
            preflight: { free-space: 2GB }
            tags: nightly, smoke
            steps:
              - shell: id
            on-failure:
              - shell: dumpsys ${{ failure.step }}
            """)
        let whole = try #require(playbook, "\(complaints)")
        #expect(whole.deadline?.literal == .clock(hour: 6, minute: 0))
        #expect(whole.tolerate[.lost]?.literal == .percent(2))
        #expect(whole.tolerate[.timedOut]?.literal == .count(1))
        #expect(whole.maxFail == nil)
        let play = try #require(whole.plays.first)
        #expect(play.targetKind == .phones)
        #expect(play.onStop == .cancel)
        #expect(play.maxFail?.run?.literal == .percent(3))
        #expect(play.maxFail?.kinds == [.failed, .lost, .timedOut])
        #expect((play.preflight as? SmallVocabulary.Preflight)?.freeSpace?.literal?.bytes == 2_000_000_000)
        #expect(play.tags == ["nightly", "smoke"])
        #expect(play.steps.first?.tags == ["nightly", "smoke"])
        #expect(play.onFailure.map(\.position) == [1])
        guard case .sizes(let waves)? = play.waves?.shape else { return #expect(Bool(false), "waves by size") }
        #expect(waves.map(\.size?.literal) == [.count(1), .percent(5), .percent(100)])
        #expect(waves[1].gate != nil && waves[0].gate == nil)
        guard case .duration(let time)? = waves[1].pause else { return #expect(Bool(false), "a pause") }
        #expect(time.literal == .seconds(600))
    }

    @Test func `several plays need each other by id or name`() throws {
        let (playbook, complaints) = readPlaybook(
            """
            name: Several
            deadline: 8h
            max-fail: { run: 5%, wave: 2, kinds: [failed] }
            plays:
              - name: Wake the servers
                servers: all
                steps:
                  - switch: on
              - id: deploy
                phones: all
                needs: Wake the servers
                vars: { package: com.studio.game }
                waves: { by: server, at-most: 2, pause: person }
                steps:
                  - shell: echo ${{ vars.package }}
                    id: same
              - phones: gold
                needs: [deploy, Wake the servers]
                waves: { sizes: [1, 10], pause: { person: "look at ${{ vars.dash }}" }, gate: counts.lost < 2 }
                max-fail: 1
                steps:
                  - shell: id
                    id: same
            """, variables: ["dash"])
        let whole = try #require(playbook, "\(complaints)")
        #expect(whole.plays.map(\.index) == [0, 1, 2])
        #expect(whole.plays.map(\.targetKind) == [.servers, .phones, .phones])
        #expect(whole.plays.map(\.needs) == [[], [0], [1, 0]])
        #expect(whole.plays[0].name?.literal == "Wake the servers")
        #expect(whole.plays[1].id == "deploy")
        #expect(whole.plays[1].variables.keys.sorted() == ["package"])
        #expect(whole.deadline?.literal == .after(.seconds(8 * 3600)))
        #expect(whole.maxFail?.wave?.literal == .count(2))
        #expect(whole.maxFail?.kinds == [.failed])
        guard case .byServer(let atMost, let each)? = whole.plays[1].waves?.shape else {
            return #expect(Bool(false), "waves by server")
        }
        #expect(atMost?.literal == 2)
        guard case .person(nil)? = each.pause else { return #expect(Bool(false), "a person without a text") }
        guard case .sizes(let waves)? = whole.plays[2].waves?.shape, case .person(let text?)? = waves[1].pause else {
            return #expect(Bool(false), "a person with a text in every wave")
        }
        #expect(text.source == "look at ${{ vars.dash }}")
        #expect(waves.allSatisfy { $0.gate != nil })
    }

    @Test(
        arguments: [
            ("5", Amount.count(5)), ("0", .count(0)), ("2%", .percent(2)), ("'2.5%'", .percent(2.5)),
            ("'7'", .count(7)), ("100%", .percent(100)),
        ])
    func `an amount is a number or a percentage`(text: String, amount: Amount) throws {
        let (playbook, complaints) = readPlaybook("phones: all\nmax-fail: \(text)\nsteps:\n  - shell: id\n")
        #expect(playbook?.plays[0].maxFail?.run?.literal == amount, "\(complaints)")
    }

    @Test(arguments: ["-1", "101%", "2.5", "many", "5 %", "''", "[1]", "0x%", "9999999"])
    func `what is no amount is refused`(text: String) {
        let (playbook, complaints) = readPlaybook("phones: all\nmax-fail: \(text)\nsteps:\n  - shell: id\n")
        #expect(playbook == nil)
        #expect(complaints.contains("test.yml:2:11: error: `max-fail`"), "\(complaints)")
    }

    @Test(
        arguments: [
            ("06:00", RunDeadline.clock(hour: 6, minute: 0)), ("'23:59'", .clock(hour: 23, minute: 59)),
            ("6:05", .clock(hour: 6, minute: 5)), ("90m", .after(.seconds(5400))),
        ])
    func `a deadline is a time of day or a duration`(text: String, deadline: RunDeadline) {
        let (playbook, complaints) = readPlaybook("phones: all\ndeadline: \(text)\nsteps:\n  - shell: id\n")
        #expect(playbook?.deadline?.literal == deadline, "\(complaints)")
    }

    @Test(arguments: ["24:00", "6:5", "06:00:00", "6", "0s", "noon", "-1:00"])
    func `what is no deadline is refused`(text: String) {
        let (playbook, complaints) = readPlaybook("phones: all\ndeadline: \(text)\nsteps:\n  - shell: id\n")
        #expect(playbook == nil)
        #expect(complaints.contains("test.yml:2:11: error: `deadline`"), "\(complaints)")
    }
}
