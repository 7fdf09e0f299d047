using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Penalties.Access;
using Penalties.Desk;
using Penalties.Intake;
using Penalties.Requests;

namespace Penalties.Tests;

public sealed class ApiDocumentTests
{
    private static readonly ApiDocument Document = new(Options.Create(new ProductOptions { PublicUrl = new("https://penalties.example.com/") }));

    public static TheoryData<string> Functions => [.. ApiDocument.Routes().Select(route => route.Function)];

    [Fact]
    public async Task It_is_read_without_a_complaint_and_holds_every_route()
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Document.Json));
        var (document, diagnostic) = await OpenApiModelFactory.LoadAsync(json, "json", new OpenApiReaderSettings { RuleSet = ValidationRuleSet.GetDefaultRuleSet() });

        Assert.Empty(diagnostic!.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Equal("https://penalties.example.com/api", Assert.Single(document!.Servers!).Url);
        var operations = document.Paths.SelectMany(path => path.Value.Operations!.Select(operation => operation.Value)).ToList();
        Assert.Equal(ApiDocument.Routes().Select(route => route.Function).Order(), operations.Select(operation => operation.OperationId!).Order());
        Assert.All(operations, operation => Assert.False(string.IsNullOrWhiteSpace(operation.Summary)));
        Assert.All(operations.SelectMany(operation => operation.Responses!.Values), response => Assert.NotEmpty(response.Content!));
    }

    /// <summary>Who adds a route says who may call it: the middleware lets nobody else in.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_route_says_who_may_call_it_and_shows_its_bodies(string function)
    {
        var route = Of(function);
        Assert.NotNull(route.Access);
        Assert.True(route.Api.Body is null || ApiSchemas.Example(route.Api.Body) is not null, $"{function}: {route.Api.Body} has no example.");
        Assert.True(route.Api.Answer is null || ApiSchemas.Example(route.Api.Answer) is not null, $"{function}: {route.Api.Answer} has no example.");
        Assert.All(route.PathParameters, name => Assert.Contains($"{{{name}}}", route.Path, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_example_body_would_be_taken(string function)
    {
        if (Of(function).Api.Body is not { } type)
        {
            return;
        }

        var form = JsonSerializer.Deserialize(ApiSchemas.Example(type)!.ToJsonString(), type, RequestForm.Json);
        var problems = form switch
        {
            IForm ours => ours.Problems(),
            ComplaintForm complaint => new ComplaintFormRules().Validate(complaint).Errors.Select(error => error.ErrorMessage),
            ConcludedOutcomeForm outcome => outcome.Problems(outcome.ConcludedAt!.Value.AddMinutes(1)),
            _ => throw new NotSupportedException($"{type} is not known here."),
        };
        Assert.Empty(problems);
    }

    private static HttpRoute Of(string function) => ApiDocument.Routes().Single(route => route.Function == function);
}
