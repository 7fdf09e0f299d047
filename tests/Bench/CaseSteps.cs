namespace Bench;

/// <summary>Storage requests of a case's steps, one after another.</summary>
internal sealed class CaseSteps(StorageRequests requests, Action<string> tell)
{
    private readonly List<(string Name, StorageCount Count)> _steps = [];

    /// <summary>What something costs.</summary>
    public async Task<StorageCount> Count(string name, Func<Task> act)
    {
        tell($"{name} …");
        var before = requests.Now;
        await act();
        return requests.Now - before;
    }

    /// <param name="name">Of the step.</param>
    /// <param name="act">What is done.</param>
    /// <param name="others">Requests of the app in the meantime that are not the case's.</param>
    public async Task Step(string name, Func<Task> act, long others = 0) =>
        _steps.Add((name, await Count(name, act) - new StorageCount(others, Engine: 0, Looks: 0)));

    public IEnumerable<Figure> Figures(StorageCount night)
    {
        var all = _steps.Aggregate(default(StorageCount), static (sum, step) => sum + step.Count);
        return
        [
            new("the app's storage requests", all.App, "requests"),
            .. _steps.Select(static step => new Figure($"… {step.Name}", step.Count.App, "requests")),
            new("the engine's storage requests", all.Engine, "requests"),
            .. _steps.Select(static step => new Figure($"… {step.Name}", step.Count.Engine, "requests")),
            Figure.AtMost("the app's to the engine's", (double)all.App / all.Engine, "ratio", 1),
            new("looks at queues, and leases, meanwhile", all.Looks, "requests"),
            new("the app's in a night without cases", night.App, "requests"),
        ];
    }
}
