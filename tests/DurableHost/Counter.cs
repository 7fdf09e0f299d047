using Microsoft.DurableTask.Entities;

namespace DurableHost.Tests;

/// <summary>An entity that counts.</summary>
internal sealed class Counter : TaskEntity<int>
{
    public int Add(int by) => State += by;

    public int Get() => State;
}
