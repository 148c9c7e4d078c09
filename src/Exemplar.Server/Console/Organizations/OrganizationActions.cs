using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Organizations;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Organizations;
using Exemplar.Server.Requests;
using Exemplar.Storage.Organizations;

namespace Exemplar.Server.Console.Organizations;

/// <summary>What admins change of their organization, under the rules of the API.</summary>
internal sealed class OrganizationActions(ActionGate gate, OrganizationStore organizations)
{
    public Task<Outcome<Organization>> EditAsync(Dictionary<string, object?> form) => gate.AsAsync<Organization>(MemberRole.Admin, async (_, by, now) =>
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: false);
        var change = OrganizationFields.Read(fields);
        return fields.Errors.Any
            ? new(null, fields.Errors)
            : new(await organizations.UpdateAsync(by, change, now, CancellationToken.None));
    });
}
