namespace Conformance.Tests.Common;

public sealed class ChangedCodeInMemory(InMemory on) : ChangedCode(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class ChangedCodeOnTables(OnTables on) : ChangedCode(on);

public sealed class ChildrenInMemory(InMemory on) : Children(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class ChildrenOnTables(OnTables on) : Children(on);

public sealed class CompletionInMemory(InMemory on) : Completion(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class CompletionOnTables(OnTables on) : Completion(on);

public sealed class EventsInMemory(InMemory on) : Events(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class EventsOnTables(OnTables on) : Events(on);

public sealed class FailuresInMemory(InMemory on) : Failures(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class FailuresOnTables(OnTables on) : Failures(on);

public sealed class FanOutInMemory(InMemory on) : FanOut(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class FanOutOnTables(OnTables on) : FanOut(on);

public sealed class GivenUpWaitsInMemory(InMemory on) : GivenUpWaits(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class GivenUpWaitsOnTables(OnTables on) : GivenUpWaits(on);

public sealed class JsonInMemory(InMemory on) : Json(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class JsonOnTables(OnTables on) : Json(on);

public sealed class LifeCycleInMemory(InMemory on) : LifeCycle(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class LifeCycleOnTables(OnTables on) : LifeCycle(on);

public sealed class NamesInMemory(InMemory on) : Names(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class NamesOnTables(OnTables on) : Names(on);

public sealed class PayloadsInMemory(InMemory on) : Payloads(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class PayloadsOnTables(OnTables on) : Payloads(on);

public sealed class QueriesInMemory(InMemory on) : Queries(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class QueriesOnTables(OnTables on) : Queries(on);

public sealed class ReplayInMemory(InMemory on) : Replay(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class ReplayOnTables(OnTables on) : Replay(on);

public sealed class RetriesInMemory(InMemory on) : Retries(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class RetriesOnTables(OnTables on) : Retries(on);

public sealed class RunAgainInMemory(InMemory on) : RunAgain(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class RunAgainOnTables(OnTables on) : RunAgain(on);

public sealed class SizesInMemory(InMemory on) : Sizes(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class SizesOnTables(OnTables on) : Sizes(on);

public sealed class StartsInMemory(InMemory on) : Starts(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class StartsOnTables(OnTables on) : Starts(on);

public sealed class TimersInMemory(InMemory on) : Timers(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class TimersOnTables(OnTables on) : Timers(on);
