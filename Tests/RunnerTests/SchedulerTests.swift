import Farm
import DroverTesting
import Steps
import Testing

@testable import Runner

struct SchedulerTests {
    static let alone = SchedulerGroup(server: nil)
    static let rackA = SchedulerGroup(server: "rack-a", isUSBHost: true)
    static let rackB = SchedulerGroup(server: "rack-b", isUSBHost: true)

    /// One line of a table: an event, and the actions it must have.
    typealias Line = (event: SchedulerEvent, actions: [SchedulerAction])

    func check(
        _ phones: [SchedulerGroup], _ limits: SchedulerLimits, first: StepLoad = .light, _ lines: [Line],
        at location: SourceLocation = #_sourceLocation
    ) {
        var scheduler = Scheduler(targets: phones, limits: limits, firstDemand: StepDemand(first))
        for (number, line) in lines.enumerated() {
            #expect(
                scheduler.handle(line.event).filter { !$0.isNews } == line.actions, "line \(number + 1)",
                sourceLocation: location)
        }
    }

    @Test func `a phone enters the window when another ends`() {
        check(
            [Self.alone, Self.alone, Self.alone], SchedulerLimits(window: 2),
            [
                (.started, [.start(phone: 0), .start(phone: 1)]),
                (.wants(phone: 0, .light), [.admit(phone: 0)]),
                (.ended(phone: 1), [.start(phone: 2)]),
                (.ended(phone: 0), []),
                (.ended(phone: 2), [.finish]),
            ])
    }

    @Test func `nobody to run is a run that is over`() {
        check([], SchedulerLimits(window: 2), [(.started, [.finish])])
    }

    @Test func `a full server does not keep another server's phones out`() {
        check(
            [Self.rackA, Self.rackA, Self.rackA, Self.rackB], SchedulerLimits(window: 3, perUSBHost: 1),
            [
                (.started, [.start(phone: 0), .start(phone: 3)]),
                (.ended(phone: 3), []),
                (.ended(phone: 0), [.start(phone: 1)]),
                (.ended(phone: 1), [.start(phone: 2)]),
                (.ended(phone: 2), [.finish]),
            ])
    }

    @Test func `phones that a service is asked for take no place and no limit of their server`() {
        let cloud = SchedulerGroup(server: "farm-a", isBatched: true)
        check(
            [Self.alone, cloud, cloud, cloud, Self.alone],
            SchedulerLimits(window: 1, links: 1, perServer: 1, bulkPerServer: 1), first: .bulk,
            [
                (.started, [.start(phone: 0), .start(phone: 1), .start(phone: 2), .start(phone: 3)]),
                (.wants(phone: 1, .reboot), [.admit(phone: 1)]),
                (.wants(phone: 2, .reboot), [.admit(phone: 2)]),
                (.ended(phone: 3), []),
                (.ended(phone: 0), [.start(phone: 4)]),
            ])
    }

    @Test func `servers take turns`() {
        check(
            [Self.rackA, Self.rackA, Self.rackA, Self.rackB, Self.rackB], SchedulerLimits(window: 3),
            [
                (.started, [.start(phone: 0), .start(phone: 3), .start(phone: 1)]),
                (.ended(phone: 0), [.start(phone: 4)]),
            ])
    }

    @Test func `the smaller of a server's limits holds, and phones that stand alone have none`() {
        let plain = SchedulerGroup(server: "farm-a")
        let limits = SchedulerLimits(window: 9, perServer: 2, perUSBHost: 1)
        check(
            [plain, plain, plain, Self.rackA, Self.rackA, Self.alone, Self.alone, Self.alone], limits,
            [
                (
                    .started,
                    [
                        .start(phone: 0), .start(phone: 3), .start(phone: 5), .start(phone: 1), .start(phone: 6),
                        .start(phone: 7),
                    ]
                )
            ])
    }

    @Test func `a phone does not enter before its first step's limit is free`() {
        check(
            [Self.rackA, Self.rackA, Self.rackB], SchedulerLimits(window: 3, bulkPerServer: 1), first: .bulk,
            [
                (.started, [.start(phone: 0), .start(phone: 2)]),
                (.wants(phone: 0, .bulk), [.admit(phone: 0)]),
                (.wants(phone: 0, .light), [.admit(phone: 0), .start(phone: 1)]),
            ])
    }

    @Test func `a phone that finds a limit taken gives its place away and comes back first`() {
        check(
            [Self.rackA, Self.rackA, Self.rackB, Self.rackB], SchedulerLimits(window: 2, bulkPerServer: 1),
            [
                (.started, [.start(phone: 0), .start(phone: 2)]),
                (.wants(phone: 0, .bulk), [.admit(phone: 0)]),
                (.ended(phone: 2), [.start(phone: 1)]),
                (.wants(phone: 1, .bulk), [.start(phone: 3)]),
                (.wants(phone: 0, .light), [.admit(phone: 0)]),
                (.ended(phone: 3), [.admit(phone: 1)]),
                (.ended(phone: 1), []),
                (.ended(phone: 0), [.finish]),
            ])
    }

    @Test func `a phone that pauses lends its place`() {
        check(
            [Self.alone, Self.alone], SchedulerLimits(window: 1),
            [
                (.started, [.start(phone: 0)]),
                (.rests(phone: 0), [.start(phone: 1)]),
                (.wants(phone: 0, .light), []),
                (.ended(phone: 1), [.admit(phone: 0)]),
                (.ended(phone: 0), [.finish]),
            ])
    }

    @Test func `there are never more phones with links than descriptors allow`() {
        check(
            [Self.alone, Self.alone, Self.alone], SchedulerLimits(window: 2, links: 2),
            [
                (.started, [.start(phone: 0), .start(phone: 1)]),
                (.rests(phone: 0), []),
                (.ended(phone: 1), [.start(phone: 2)]),
            ])
    }

    @Test func `reboots have a limit of their own`() {
        check(
            [Self.rackA, Self.rackA], SchedulerLimits(window: 2, bulkPerServer: 1, rebootsPerServer: 1),
            [
                (.started, [.start(phone: 0), .start(phone: 1)]),
                (.wants(phone: 0, .reboot), [.admit(phone: 0)]),
                (.wants(phone: 1, .bulk), [.admit(phone: 1)]),
                (.wants(phone: 1, .reboot), []),
                (.ended(phone: 0), [.admit(phone: 1)]),
            ])
    }

    @Test func `draining lets running steps finish and starts nothing`() {
        check(
            [Self.alone, Self.alone, Self.alone, Self.alone], SchedulerLimits(window: 3),
            [
                (.started, [.start(phone: 0), .start(phone: 1), .start(phone: 2)]),
                (.rests(phone: 1), [.start(phone: 3)]),
                (.drain, [.dismiss(phone: 1)]),
                (.drain, []),
                (.wants(phone: 0, .light), [.dismiss(phone: 0)]),
                (.rests(phone: 2), [.dismiss(phone: 2)]),
                (.ended(phone: 0), []),
                (.ended(phone: 1), []),
                (.ended(phone: 2), []),
                (.ended(phone: 3), [.finish]),
            ])
    }

    @Test func `cancelling reaches everyone who has begun and nobody else`() {
        check(
            [Self.rackA, Self.rackA, Self.rackA, Self.rackB], SchedulerLimits(window: 3, bulkPerServer: 1),
            [
                (.started, [.start(phone: 0), .start(phone: 3), .start(phone: 1)]),
                (.wants(phone: 0, .bulk), [.admit(phone: 0)]),
                (.wants(phone: 1, .bulk), [.start(phone: 2)]),
                (.rests(phone: 3), []),
                (.drain, [.dismiss(phone: 1), .dismiss(phone: 3)]),
                (.cancel, [.cancel(phone: 0), .cancel(phone: 1), .cancel(phone: 2), .cancel(phone: 3)]),
                (.ended(phone: 0), []),
                (.ended(phone: 1), []),
                (.ended(phone: 2), []),
                (.ended(phone: 3), [.finish]),
                (.cancel, []),
            ])
    }

    @Test func `a phone that is given up before the run begins has no turn, and the others have`() {
        check(
            [Self.alone, Self.alone, Self.alone], SchedulerLimits(window: 1),
            [
                (.cancelTargets([0, 2]), []),
                (.started, [.start(phone: 1)]),
                (.ended(phone: 1), [.finish]),
            ])
        check(
            [Self.alone, Self.alone], SchedulerLimits(window: 2),
            [(.cancelTargets([1]), []), (.cancelTargets([0]), []), (.started, [.finish])])
    }

    @Test func `a run that is drained before it starts touches nobody`() {
        var scheduler = Scheduler(targets: [Self.alone], limits: SchedulerLimits(window: 1))
        #expect(scheduler.handle(.drain) == [.finish])
        #expect(scheduler.handle(.started) == [])
    }

    @Test("no limit is ever passed and every phone gets its turn", arguments: 0..<12)
    func holds(seed: UInt64) {
        var walk = SchedulerWalk(seed: seed)
        walk.run()
        #expect(walk.complaints.isEmpty)
    }

    @Test(
        "the window is the smallest of what is asked for and allowed",
        arguments: [
            (nil, nil, 1064, 1000), (256, nil, 1064, 256), (256, 100, 1064, 100), (5000, nil, 1064, 1000),
            (nil, nil, 3, 1),
        ]
            as [(Int?, Int?, Int, Int)])
    func window(forks: Int?, run: Int?, descriptors: Int, expected: Int) throws {
        #expect(try SchedulerLimits(forks: forks, farm: Limits(run: run), descriptors: descriptors).window == expected)
    }
}
