import Planning
import PlaybookLanguage
import Steps

/// Which limits are taken: places in the window, loads of servers, and the playbook's own throttles.
///
/// A part of the ``Scheduler``: it counts, and decides nothing.
struct LimitTable {
    private struct Group {
        /// Whether it is a server's; phones that stand alone share no limit but the window.
        let isServer: Bool
        let isUSBHost: Bool
        /// Whether its targets take no place and count against nothing but the playbook's own throttles.
        let isBatched: Bool
        /// Places in the window that its targets may take.
        let room: Int
        var inside = 0
        var bulk = 0
        var reboots = 0
    }

    /// Who shares a throttle.
    private struct ThrottleKey: Hashable {
        let throttle: Int
        /// The group, for those that each server has of its own.
        let group: Int?
    }

    private let limits: SchedulerLimits
    private let throttles: [PlannedThrottle]
    private let groupOf: [Int]
    private var groups: [Group]
    private var inside = 0
    /// Begun and not ended: those that may have a link.
    private var begun = 0
    private var throttled: [ThrottleKey: Int] = [:]
    /// Throttles of blocks that a target is in; so that nothing is kept by one that ended in the middle of a block.
    private var blocks: [Int: [Int]] = [:]

    init(_ targets: [SchedulerGroup], _ limits: SchedulerLimits, _ throttles: [PlannedThrottle]) {
        self.limits = limits
        self.throttles = throttles
        var positions: [SchedulerGroup: Int] = [:]
        var groups: [Group] = []
        var groupOf: [Int] = []
        groupOf.reserveCapacity(targets.count)
        for key in targets {
            let position = positions[key] ?? groups.count
            if position == groups.count {
                positions[key] = position
                groups.append(
                    Group(
                        isServer: key.server != nil, isUSBHost: key.isUSBHost, isBatched: key.isBatched,
                        room: Self.room(for: key, limits)))
            }
            groupOf.append(position)
        }
        self.groups = groups
        self.groupOf = groupOf
    }

    private static func room(for group: SchedulerGroup, _ limits: SchedulerLimits) -> Int {
        guard group.server != nil else { return .max }
        let perServer = limits.perServer ?? .max
        return group.isUSBHost ? min(perServer, limits.perUSBHost ?? .max) : perServer
    }

    var groupCount: Int { groups.count }

    func group(of target: Int) -> Int { groupOf[target] }

    // MARK: The window

    func hasPlace(in group: Int) -> Bool {
        groups[group].isBatched || inside < limits.window && groups[group].inside < groups[group].room
    }

    /// Whether one more of the group may begin: each may have a link from then on.
    func mayBegin(in group: Int) -> Bool { hasPlace(in: group) && (groups[group].isBatched || begun < limits.links) }

    mutating func begin(_ target: Int) { if !groups[groupOf[target]].isBatched { begun += 1 } }

    mutating func end(_ target: Int) { if !groups[groupOf[target]].isBatched { begun -= 1 } }

    mutating func enterWindow(_ target: Int) {
        guard !groups[groupOf[target]].isBatched else { return }
        inside += 1
        groups[groupOf[target]].inside += 1
    }

    mutating func leaveWindow(_ target: Int) {
        guard !groups[groupOf[target]].isBatched else { return }
        inside -= 1
        groups[groupOf[target]].inside -= 1
    }

    // MARK: Wishes

    func isFree(_ wish: StrandTable.Wish, for target: Int) -> Bool {
        switch wish {
        case .step(let demand): isFree(demand, for: target)
        case .block(let throttle): isFree(throttle: throttle, for: target)
        case .place: true
        }
    }

    /// Fulfils a wish.
    ///
    /// - Returns: The demand that the strand is inside with; a block's throttle is held apart from it.
    mutating func take(_ wish: StrandTable.Wish, for target: Int) -> StepDemand {
        switch wish {
        case .step(let demand):
            take(demand, for: target)
            return demand
        case .block(let throttle): take(throttle: throttle, for: target)
        case .place: break
        }
        return StepDemand()
    }

    // MARK: Steps

    func isFree(_ demand: StepDemand, for target: Int) -> Bool {
        isFree(demand.load, in: groups[groupOf[target]])
            && (demand.throttle.map { isFree(throttle: $0, for: target) } ?? true)
    }

    private func isFree(_ load: StepLoad, in group: Group) -> Bool {
        guard group.isServer, !group.isBatched else { return true }
        return switch load {
        case .light: true
        case .bulk: group.bulk < limits.bulkPerServer
        case .reboot: group.reboots < limits.rebootsPerServer
        }
    }

    mutating func take(_ demand: StepDemand, for target: Int) {
        count(demand.load, of: target, 1)
        if let throttle = demand.throttle { count(throttle: throttle, of: target, 1) }
    }

    mutating func giveBack(_ demand: StepDemand, of target: Int) {
        count(demand.load, of: target, -1)
        if let throttle = demand.throttle { count(throttle: throttle, of: target, -1) }
    }

    private mutating func count(_ load: StepLoad, of target: Int, _ step: Int) {
        switch load {
        case .light: break
        case .bulk: groups[groupOf[target]].bulk += step
        case .reboot: groups[groupOf[target]].reboots += step
        }
    }

    // MARK: Throttles

    func isFree(throttle: Int, for target: Int) -> Bool {
        guard let key = key(throttle, target) else { return true }
        return (throttled[key] ?? 0) < throttles[throttle].atMost
    }

    /// A block's throttle, held until ``giveBack(throttle:of:)``.
    mutating func take(throttle: Int, for target: Int) {
        count(throttle: throttle, of: target, 1)
        blocks[target, default: []].append(throttle)
    }

    mutating func giveBack(throttle: Int, of target: Int) {
        guard let position = blocks[target]?.lastIndex(of: throttle) else { return }
        blocks[target]?.remove(at: position)
        count(throttle: throttle, of: target, -1)
    }

    /// Whatever a target still holds of blocks.
    mutating func giveBackAll(of target: Int) {
        for throttle in blocks.removeValue(forKey: target) ?? [] { count(throttle: throttle, of: target, -1) }
    }

    private mutating func count(throttle: Int, of target: Int, _ step: Int) {
        guard let key = key(throttle, target) else { return }
        throttled[key, default: 0] += step
    }

    /// What a target counts against; nil when the limit is not for it: a phone that stands alone has no server.
    private func key(_ throttle: Int, _ target: Int) -> ThrottleKey? {
        let group = groupOf[target]
        switch throttles[throttle].per {
        case .run: return ThrottleKey(throttle: throttle, group: nil)
        case .server: return groups[group].isServer ? ThrottleKey(throttle: throttle, group: group) : nil
        case .usbHost: return groups[group].isUSBHost ? ThrottleKey(throttle: throttle, group: group) : nil
        }
    }
}
