"""Print what every document template needs: the tables of `bpmn/documents/README.md`."""

from engine.documents import templates

if __name__ == "__main__":
    print(templates.reference(), end="")
