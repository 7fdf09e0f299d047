using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace Penalties.Requests;

/// <summary>
/// What could not be started or knocked at when it should have been, because the task hub did not answer: partition <c>unknocked</c> of table
/// Operations, a row a case, or a row an orchestration that belongs to none (with its input: ids and texts of ours). Empty on a good day.
/// </summary>
public sealed class Unknocked(OperationTable operations)
{
    public const string Kind = "unknocked";

    private const string Orchestrator = "Orchestrator";
    private const string Input = "Input";

    public Task Write(string caseId, CancellationToken cancellation) => operations.Write(new(Kind, caseId), cancellation);

    public Task Write(string orchestrator, object input, string instance, CancellationToken cancellation) => operations.Write(
        new(Kind, instance) { [Orchestrator] = orchestrator, [Input] = JsonSerializer.Serialize(input, input.GetType()) },
        cancellation);

    public async Task<bool> Has(string caseId, CancellationToken cancellation) => await operations.Find(Kind, caseId, cancellation) is not null;

    public IAsyncEnumerable<TableEntity> All(CancellationToken cancellation) => operations.All(Kind, cancellation);

    /// <summary>Unless it was written again meanwhile: then there is something new to be done.</summary>
    public Task Done(TableEntity row, CancellationToken cancellation) => operations.DeleteUnchanged(row, cancellation);

    /// <summary>The orchestration a row is about; null where it is about a case.</summary>
    public static (string Name, JsonNode Input)? OrchestrationOf(TableEntity row) =>
        row.GetString(Orchestrator) is { } name ? (name, JsonNode.Parse(row.GetString(Input))!) : null;
}
