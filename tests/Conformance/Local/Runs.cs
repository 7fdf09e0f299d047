namespace Conformance.Tests.Local;

public sealed class KnocksInMemory(InMemory on) : Knocks(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class KnocksOnTables(OnTables on) : Knocks(on);

public sealed class StartsAndPurgesInMemory(InMemory on) : StartsAndPurges(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class StartsAndPurgesOnTables(OnTables on) : StartsAndPurges(on);

public sealed class RewindsInMemory(InMemory on) : Rewinds(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class RewindsOnTables(OnTables on) : Rewinds(on);

public sealed class VersionsInMemory(InMemory on) : Versions(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class VersionsOnTables(OnTables on) : Versions(on);

public sealed class ClearErrorsInMemory(InMemory on) : ClearErrors(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class ClearErrorsOnTables(OnTables on) : ClearErrors(on);

public sealed class LargeValuesInMemory(InMemory on) : LargeValues(on), IClassFixture<InMemory>;

[Collection(TablesCollection.Name)]
public sealed class LargeValuesOnTables(OnTables on) : LargeValues(on);
